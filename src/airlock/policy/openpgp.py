"""Whose OpenPGP signatures count: the tables ``[[policy.openpgp]]``.

::

    [[policy.openpgp]]
    projects = ["acme-*"]                       # names, and prefixes of names; "*" for all
    certificates = ["keys/ada.asc"]             # files, relative to the policy; public parts only
    fingerprints = ["0123 4567 89AB CDEF …"]    # of those whose signatures count, whole

- A fingerprint is written whole: short ids of keys are forged in an afternoon.
- Certificates come from these files and from nowhere else; no server of keys is asked.
- What is signed by somebody else, or wrongly, is a finding. That a signature has to be there is
  what ``signatures`` of ``[[policy.provenance.require]]`` says.
"""

from collections.abc import Iterable

import msgspec

from airlock.errors import InvalidPolicy
from airlock.model import ProjectName
from airlock.model.name_patterns import covering
from airlock.policy.patterns import EVERY, patterns

_LENGTHS = (40, 64)
"""Hexadecimal digits of a fingerprint: of certificates of version 4 and 6 (RFC 9580, 5.5.4)."""


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """Whose signatures count for some projects.

    Raises:
        InvalidPolicy: if it is about no project, or nobody's count.
    """

    projects: tuple[str, ...]
    """Normalised patterns, sorted; ``*`` for all."""
    fingerprints: tuple[str, ...]
    """In lower-case hexadecimal, sorted."""
    certificates: tuple[str, ...] = ()
    """Paths, as they are written."""

    def __post_init__(self) -> None:
        if not self.projects or not self.fingerprints:
            raise InvalidPolicy("openpgp: name projects, and the fingerprints that count for them")

    def covers(self, project: ProjectName) -> bool:
        """Tell whether it is about files of a project."""
        return EVERY in self.projects or not set(self.projects).isdisjoint(covering(project))


class PinTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One table, as it is written."""

    projects: list[str]
    fingerprints: list[str]
    certificates: list[str] = []


def pins(tables: Iterable[PinTable]) -> tuple[Pin, ...]:
    """Return what tables say.

    Raises:
        InvalidPolicy: naming the setting that cannot be obeyed.
    """
    return tuple(
        Pin(
            projects=patterns(table.projects, where="openpgp"),
            fingerprints=tuple(sorted({fingerprint(text) for text in table.fingerprints})),
            certificates=tuple(table.certificates),
        )
        for table in tables
    )


def pinned(project: ProjectName, rules: Iterable[Pin]) -> frozenset[str]:
    """Return the fingerprints that count for a project; none, where nobody said whose do."""
    return frozenset(one for pin in rules if pin.covers(project) for one in pin.fingerprints)


def fingerprint(text: str) -> str:
    """Return a whole fingerprint in lower-case hexadecimal, however it is grouped.

    Raises:
        InvalidPolicy: if it is none.
    """
    plain = "".join(text.split()).lower().removeprefix("0x")
    if len(plain) not in _LENGTHS or set(plain) - set("0123456789abcdef"):
        raise InvalidPolicy(f"openpgp: {text[:80]!r} is no whole fingerprint of a certificate")
    return plain
