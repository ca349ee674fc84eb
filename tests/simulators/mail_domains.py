"""Domains of mail in memory, and a resolver on loopback that knows some."""

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self

from dnslib import QTYPE, RCODE, RR, DNSRecord
from dnslib.server import BaseResolver, DNSLogger, DNSServer

from airlock.errors import NotExamined
from airlock.evidence.mail_domains import MailDomains


class MemoryMailDomains(MailDomains):
    """Knows what it was told; without domains that are gone, it resolves none."""

    def __init__(self, throw_away: Iterable[str] = (), gone: Iterable[str] | None = None) -> None:
        self._throw_away = frozenset(throw_away)
        self._gone = None if gone is None else frozenset(gone)
        self.unresolved = "no resolver was named" if gone is None else ""

    def is_throw_away(self, domain: str) -> bool:
        """Tell whether it was told so."""
        return domain in self._throw_away

    def receives(self, domain: str) -> bool:
        """Tell whether it is not gone."""
        if self._gone is None:
            raise NotExamined(self.unresolved)
        return domain not in self._gone


class NameServer:
    """A resolver on loopback.

    Args:
        zones: of each name the records that it has, in the form of a zone file; an empty text for
            one that exists and has none of those that are asked for.
        failing: names on which it fails.
    """

    def __init__(self, zones: Mapping[str, str], failing: Iterable[str] = ()) -> None:
        self.asked: list[tuple[str, str]] = []
        resolver = _Resolver(zones, frozenset(failing), self.asked)
        logger = DNSLogger("-request,-reply,-truncated,-error")
        self._server = DNSServer(resolver, address="127.0.0.1", port=0, logger=logger)

    @property
    def port(self) -> int:
        """That it listens on, for UDP."""
        return int(self._server.server.server_address[1])

    def __enter__(self) -> Self:
        self._server.start_thread()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.stop()
        self._server.server.server_close()


class _Resolver(BaseResolver):  # type: ignore[misc] # it has no types
    def __init__(
        self, zones: Mapping[str, str], failing: frozenset[str], asked: list[tuple[str, str]]
    ) -> None:
        self._zones = zones
        self._failing = failing
        self._asked = asked

    def resolve(self, request: DNSRecord, handler: Any) -> DNSRecord:
        """Answer from the zones."""
        del handler
        name, kind = str(request.q.qname).rstrip("."), QTYPE.get(request.q.qtype)
        self._asked.append((name, kind))
        reply = request.reply()
        if name in self._failing:
            reply.header.rcode = RCODE.SERVFAIL
        elif name not in self._zones:
            reply.header.rcode = RCODE.NXDOMAIN
        else:
            found = [r for r in RR.fromZone(self._zones[name]) if QTYPE.get(r.rtype) == kind]
            reply.add_answer(*found)
        return reply
