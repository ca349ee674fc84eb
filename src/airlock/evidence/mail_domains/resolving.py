"""The adapter that asks a resolver, which the operator named: by UDP, by TCP where it is long.

- A domain takes mail if it has an MX that is not the null MX (RFC 7505), or else an address
  (RFC 5321, 5.1). One that does not exist (NXDOMAIN) takes none: whoever registers it does.
- A failure of the resolver, or no answer in time, is no answer.
"""

import ipaddress
from pathlib import Path
from typing import Any

from dnslib import QTYPE, RCODE, DNSError, DNSRecord

from airlock.errors import NotExamined, UsageError
from airlock.evidence.mail_domains.listed import ListedMailDomains

_SETTINGS = Path("/etc/resolv.conf")
_SECONDS = 3.0
_REMEMBERED = 10_000
_PORT = 53


class ResolvingMailDomains(ListedMailDomains):
    """Knows the list, and asks a resolver.

    Args:
        address: of the resolver.
        port: that it listens on.
    """

    unresolved = ""

    def __init__(self, address: str, port: int = _PORT) -> None:
        self._address = address
        self._port = port
        self._known: dict[str, bool] = {}

    def receives(self, domain: str) -> bool:
        """Tell whether a domain is there and takes mail; see ``MailDomains.receives``."""
        if domain not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[domain] = self._asked(domain)
        return self._known[domain]

    def _asked(self, domain: str) -> bool:
        exchangers = self._records(domain, "MX")
        if exchangers is None:
            return False
        if exchangers:
            return any(str(one.label) != "." for one in exchangers)
        return any(self._records(domain, kind) for kind in ("A", "AAAA"))

    def _records(self, domain: str, kind: str) -> list[Any] | None:
        """Return the records of a kind; ``None`` if the domain does not exist."""
        question = DNSRecord.question(domain, kind)
        try:
            answer = self._answer(question, tcp=False)
            if answer.header.tc:
                answer = self._answer(question, tcp=True)
        except (OSError, DNSError, ValueError) as error:
            raise NotExamined(f"the resolver {self._address} does not answer: {error}") from error
        if answer.header.id != question.header.id:
            raise NotExamined(f"the resolver {self._address} answers something else")
        if answer.header.rcode == RCODE.NXDOMAIN:
            return None
        if answer.header.rcode != RCODE.NOERROR:
            failure = RCODE.get(answer.header.rcode)
            raise NotExamined(f"the resolver {self._address} fails on {domain}: {failure}")
        return [one.rdata for one in answer.rr if QTYPE.get(one.rtype) == kind]

    def _answer(self, question: DNSRecord, *, tcp: bool) -> DNSRecord:
        ipv6 = ":" in self._address
        data = question.send(self._address, self._port, tcp=tcp, timeout=_SECONDS, ipv6=ipv6)
        return DNSRecord.parse(data)


def resolver(text: str, settings: Path = _SETTINGS) -> ResolvingMailDomains:
    """Return the adapter for what the operator wrote: ``system``, or an address, perhaps with port.

    Raises:
        UsageError: if it is neither, or the system names no resolver.
    """
    if text == "system":
        return ResolvingMailDomains(_of_system(settings))
    host, port = _split(text)
    try:
        return ResolvingMailDomains(str(ipaddress.ip_address(host)), port)
    except ValueError as error:
        raise UsageError(
            f"AIRLOCK_RESOLVER: {text!r} is no resolver",
            hint="It is 'system' or an address, such as 192.0.2.53 or [2001:db8::53]:5353.",
        ) from error


def _split(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    numbered = colon and port.isascii() and port.isdecimal() and len(port) <= 5  # noqa: PLR2004
    if not numbered or (":" in host and not host.startswith("[")):
        return text.strip("[]"), _PORT
    return host.strip("[]"), int(port)


def _of_system(settings: Path) -> str:
    try:
        lines = settings.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError as error:
        raise UsageError(f"{settings} cannot be read: {error.strerror}") from error
    for line in lines:
        words = line.split()
        if len(words) > 1 and words[0] == "nameserver":
            return words[1].partition("%")[0]
    raise UsageError(f"{settings} names no resolver", hint="Name one in AIRLOCK_RESOLVER.")
