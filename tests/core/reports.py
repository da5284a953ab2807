"""Delivery reports in the shapes that mail servers give them, written for the tests."""

from core import postmarks

POSTFIX = """\
Return-Path: <>
Delivered-To: {verp}
Received: by mx.kunta.example (Postfix) id 4A1B2C; Thu, 26 Nov 2026 10:00:03 +0200 (EET)
Date: Thu, 26 Nov 2026 10:00:03 +0200 (EET)
From: MAILER-DAEMON@mx.kunta.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {verp}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4A1B2C.1/mx.kunta.example"
Message-Id: <20261126080003.4A1B2C@mx.kunta.example>

This is a MIME-encapsulated message.

--4A1B2C.1/mx.kunta.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4A1B2C.1/mx.kunta.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kunta.example
X-Postfix-Queue-ID: 4A1B2C
Arrival-Date: Thu, 26 Nov 2026 10:00:01 +0200 (EET)

Final-Recipient: rfc822; aino@example.fi
Original-Recipient: rfc822;aino@example.fi
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.fi
Diagnostic-Code: smtp; 550 5.1.1 <aino@example.fi>: Recipient address rejected

--4A1B2C.1/mx.kunta.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{verp}>
From: Miitti <miitti@miitti.example>
To: aino@example.fi
Subject: Hei
Message-ID: {message_id}

--4A1B2C.1/mx.kunta.example--
"""

EXCHANGE = """\
From: <postmaster@yritys.example>
To: <miitti@miitti.example>
Date: Thu, 26 Nov 2026 08:00:03 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="0d3f9a7e-aa22-4b1f-9c55-1f2c7f0e9a10"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: fi-FI
Message-ID: <7c1e2f60-9a4e-4d8c-8c7e-2f1b6f3a5d11@YRITYS01.yritys.example>
In-Reply-To: {message_id}
References: {message_id}
Subject: =?utf-8?B?RWkgdm9pZGEgdG9pbWl0dGFhOiBIZWk=?=
Auto-Submitted: auto-replied
MIME-Version: 1.0

--0d3f9a7e-aa22-4b1f-9c55-1f2c7f0e9a10
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="b1946ac9-2492-4d23-a6b1-1c7f2d3e4f50"

--b1946ac9-2492-4d23-a6b1-1c7f2d3e4f50
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

Vmllc3Rpw6RzaSBlaSB2b2l0dSB0b2ltaXR0YWEu

--b1946ac9-2492-4d23-a6b1-1c7f2d3e4f50--

--0d3f9a7e-aa22-4b1f-9c55-1f2c7f0e9a10
Content-Type: message/delivery-status

Reporting-MTA: dns;YRITYS01.yritys.example
Received-From-MTA: dns;mx.kunta.example
Arrival-Date: Thu, 26 Nov 2026 08:00:02 +0000

Final-Recipient: rfc822;aino@yritys.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found
X-Display-Name: aino@yritys.example


--0d3f9a7e-aa22-4b1f-9c55-1f2c7f0e9a10
Content-Type: message/rfc822

From: Miitti <miitti@miitti.example>
To: <aino@yritys.example>
Subject: Hei
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: text/plain

Moi

--0d3f9a7e-aa22-4b1f-9c55-1f2c7f0e9a10--
"""

GMAIL = """\
Delivered-To: {verp}
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: {verp}
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: {message_id}
In-Reply-To: {message_id}
Message-ID: <6565.050a0220.4bd3a.1234.GMR@mx.google.com>
Date: Thu, 26 Nov 2026 00:00:03 -0800 (PST)
MIME-Version: 1.0
Content-Type: multipart/report; boundary="00000000000031c1a5064a1e"; report-type=delivery-status

--00000000000031c1a5064a1e
Content-Type: multipart/related; boundary="00000000000031d2b3064a1f"

--00000000000031d2b3064a1f
Content-Type: text/html; charset="UTF-8"

<p>** Address not found **</p>

--00000000000031d2b3064a1f
Content-Type: image/png; name="icon.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=

--00000000000031d2b3064a1f--

--00000000000031c1a5064a1e
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Thu, 26 Nov 2026 00:00:02 -0800 (PST)
X-Original-Message-ID: {message_id}

Final-Recipient: rfc822; aino@gmail.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
Last-Attempt-Date: Thu, 26 Nov 2026 00:00:03 -0800 (PST)

--00000000000031c1a5064a1e
Content-Type: message/rfc822

From: Miitti <miitti@miitti.example>
To: aino@gmail.example
Message-ID: {message_id}
Subject: Hei

Moi

--00000000000031c1a5064a1e--
"""

OUT_OF_OFFICE = """\
From: Aino Virtanen <aino@example.fi>
To: miitti@miitti.example
Subject: Automaattinen vastaus: Hei
Auto-Submitted: auto-replied
In-Reply-To: {message_id}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Olen lomalla. Action: failed
Status: 5.1.1
"""

SHAPES = {"postfix": POSTFIX, "exchange": EXCHANGE, "gmail": GMAIL}


def written(shape, number, *, action="failed", status="5.1.1", message_id=None, verp=None):
    """A report about the letter with this number."""
    return shape.format(
        message_id=message_id or postmarks.message_id(number),
        verp=verp or postmarks.envelope_sender(number).split("<")[-1].strip(">"),
        action=action,
        status=status,
    ).encode()
