"""Answers questions about names: each gets an address of its own, which leads back to the name."""

import random
import threading

from dnslib import QTYPE, RR, A, DNSError, DNSRecord

_TTL_SECONDS = 60
_MOST_NAMES = 20_000
# Addresses that look like those of a large provider: a network for tests would give the game away.
_FIRST_OCTETS = (34, 52, 104, 172, 185)
_PRIVATE_SECOND = range(16, 32)


class Names:
    """Knows which address stands for which name."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._lock = threading.Lock()
        self._by_name: dict[str, str] = {}
        self._by_address: dict[str, str] = {}

    def address(self, name: str) -> str:
        """Return the address of a name; the same for the same name."""
        with self._lock:
            if name not in self._by_name:
                if len(self._by_name) >= _MOST_NAMES:
                    return next(iter(self._by_address))
                address = self._new()
                self._by_name[name] = address
                self._by_address[address] = name
            return self._by_name[name]

    def name(self, address: str) -> str:
        """Return the name that was asked for before somebody came to an address."""
        with self._lock:
            return self._by_address.get(address, "")

    def _new(self) -> str:
        while True:
            first = self._chance.choice(_FIRST_OCTETS)
            second = self._chance.randrange(0, 250)
            rest = self._chance.randrange(1, 250), self._chance.randrange(1, 250)
            address = ".".join(map(str, (first, second, *rest)))
            if address not in self._by_address and second not in _PRIVATE_SECOND:
                return address

    def answer(self, packet: bytes) -> tuple[bytes, str, str, str]:
        """Return the answer to a question, with its name, its type and what was answered.

        Raises:
            ValueError: if it is no question.
        """
        try:
            question = DNSRecord.parse(packet)
            asked = question.q
            name = str(asked.qname).rstrip(".").lower()
            kind = str(QTYPE.get(asked.qtype))
            reply = question.reply()
            address = ""
            if kind in ("A", "ANY"):
                address = self.address(name)
                reply.add_answer(RR(asked.qname, QTYPE.A, rdata=A(address), ttl=_TTL_SECONDS))
            return reply.pack(), name, kind, address
        except (DNSError, ValueError, IndexError, UnicodeError, KeyError, TypeError) as error:
            raise ValueError(str(error)) from error
