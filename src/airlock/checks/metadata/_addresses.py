"""The mail addresses of an artifact's authors and maintainers, and their domains."""

import re
from collections.abc import Iterator

from airlock.checks.interface import Subject

_MOST = 10
_LONGEST = 4_000
# Not ``email.utils``, whose import takes longer than everything here.
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]]{1,255}")


def domains(subject: Subject) -> Iterator[tuple[str, str]]:
    """Iterate over the addresses and their domains, in lower case and ASCII; each domain once."""
    metadata = subject.core_metadata
    fields = (metadata.author_email[:_LONGEST], metadata.maintainer_email[:_LONGEST])
    told: set[str] = set()
    for address in _ADDRESS.findall("\n".join(fields)):
        domain = _plain(address.rpartition("@")[2])
        if domain and domain not in told and len(told) < _MOST:
            told.add(domain)
            yield address, domain


def _plain(domain: str) -> str:
    """Return a domain in ASCII; empty if it is none: it has no dot, or cannot be one."""
    try:
        plain = domain.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return plain if "." in plain else ""
