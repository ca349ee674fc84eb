"""The mail addresses of an artifact's authors and maintainers, and their domains."""

from collections.abc import Iterator
from email.utils import getaddresses

from airlock.checks.interface import Subject

_MOST = 10
_LONGEST = 4_000


def domains(subject: Subject) -> Iterator[tuple[str, str]]:
    """Iterate over the addresses and their domains, in lower case and ASCII; each domain once."""
    metadata = subject.core_metadata
    fields = [metadata.author_email, metadata.maintainer_email]
    told: set[str] = set()
    for _, address in getaddresses([field[:_LONGEST] for field in fields]):
        domain = _plain(address.rpartition("@")[2])
        if "@" in address and domain and domain not in told and len(told) < _MOST:
            told.add(domain)
            yield address, domain


def _plain(domain: str) -> str:
    """Return a domain in ASCII; empty if it is none: it has no dot, or cannot be one."""
    try:
        plain = domain.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return plain if "." in plain and not plain.startswith("[") else ""
