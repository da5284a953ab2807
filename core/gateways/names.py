"""Questions to the DNS."""

from collections.abc import Sequence
from typing import Protocol, cast

import dns.exception
import dns.name
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

SECONDS = 5.0


class CouldNotLook(Exception):  # noqa: N818 - it says nothing of the name that was asked for
    """The DNS did not answer now."""


class Names(Protocol):
    """What the check of the sender asks. A name or record that does not exist is an empty list."""

    def texts(self, name: str) -> list[str]:
        """TXT records, each with its strings joined.

        :raises CouldNotLook: if there is no answer now
        """

    def mail_servers(self, name: str) -> list[str]:
        """Hosts of the MX records, the preferred first.

        :raises CouldNotLook: if there is no answer now
        """


class Resolver:
    """Asks the name servers of this machine, or those given: addresses and one port."""

    def __init__(self, servers: Sequence[str] = (), port: int = 53, seconds: float = SECONDS) -> None:
        self.servers, self.port, self.seconds = servers, port, seconds

    def texts(self, name: str) -> list[str]:
        rows = cast("list[TXT]", self._answers(name, "TXT"))
        return [b"".join(row.strings).decode("utf-8", "replace") for row in rows]

    def mail_servers(self, name: str) -> list[str]:
        rows = sorted(cast("list[MX]", self._answers(name, "MX")), key=lambda row: row.preference)
        return [host for row in rows if (host := str(row.exchange).rstrip("."))]  # a lone dot: takes no mail (RFC 7505)

    def _answers(self, name: str, kind: str) -> Sequence[object]:
        try:
            asked = dns.resolver.Resolver(configure=not self.servers)
            if self.servers:
                asked.nameservers, asked.port = list(self.servers), self.port
            return list(asked.resolve(name, kind, lifetime=self.seconds, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise CouldNotLook(type(error).__name__) from error
