"""A name server that knows a few records, and a fake that knows the same without a network."""

import socketserver
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from core.gateways.names import CouldNotLook, Resolver


class FakeNames:
    """`Names` from two dictionaries; a name in `silent` gets no answer."""

    def __init__(self, texts=None, mail_servers=None, silent=()):
        self.rows = {"TXT": texts or {}, "MX": mail_servers or {}}
        self.silent, self.asked = silent, []

    def texts(self, name):
        return self._answer("TXT", name)

    def mail_servers(self, name):
        return [host for host in self._answer("MX", name) if host]

    def _answer(self, kind, name):
        self.asked.append((kind, name))
        if name in self.silent:
            raise CouldNotLook("Timeout")
        return list(self.rows[kind].get(name, []))


class Question(socketserver.BaseRequestHandler):
    def handle(self):
        data, socket = self.request
        query = dns.message.from_wire(data)
        asked = query.question[0]
        name, kind = str(asked.name).rstrip("."), dns.rdatatype.to_text(asked.rdtype)
        if name in self.server.silent:
            return
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        rows = [self.written(kind, number, row) for number, row in enumerate(self.server.rows[kind].get(name, []))]
        if rows:
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *rows))
        elif not any(name in of_kind for of_kind in self.server.rows.values()):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)

    @staticmethod
    def written(kind, number, row):
        if kind == "MX":
            return f"{number * 10} {row}."
        return " ".join(f'"{row[at : at + 200]}"' for at in range(0, len(row), 200))  # long ones stand in pieces


@contextmanager
def serving(texts=None, mail_servers=None, silent=()):
    """A resolver whose only name server knows these records."""
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Question) as server:
        server.daemon_threads = True
        server.rows, server.silent = {"TXT": texts or {}, "MX": mail_servers or {}}, silent
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield Resolver(["127.0.0.1"], server.server_address[1], seconds=0.5)
        finally:
            server.shutdown()
