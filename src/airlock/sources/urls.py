"""URLs of indexes: what of them is secret, which may be followed, and which is our own.

Invariants:

- A URL that is shown, stored or logged has no user and no password.
- Only ``http`` and ``https`` are followed, and never from ``https`` down to ``http``.
"""

import base64
import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

import msgspec

from airlock.errors import UpstreamUnavailable, UsageError

_PORTS = {"http": 80, "https": 443}
LONGEST_INDEX_URL = 1_500
"""Bytes. It is part of keys: PostgreSQL refuses those of more than 2,704 bytes in an index."""
_USERINFO = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/\s\"'<>?#]*@", re.IGNORECASE)


class Credentials(msgspec.Struct, frozen=True):
    """A user and a password; showing it shows neither."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(…)"


def without_credentials(text: str) -> str:
    """Return a text with the user and password of every URL in it taken out."""
    return _USERINFO.sub(r"\g<scheme>", text)


def index_url(text: str) -> tuple[str, Credentials | None]:
    """Take the URL of an index apart into what may be shown and what may not.

    The URL gets a slash at its end and loses query and fragment.

    Raises:
        UsageError: if it is no ``http`` or ``https`` URL with a host, or too long for a key.
    """
    shown = without_credentials(text.strip())
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{shown!r} is not the URL of an index") from error
    if parts.scheme not in _PORTS or not host:
        raise UsageError(
            f"{shown!r} is not the URL of an index",
            hint="It begins with https:// or http:// and ends in /simple/ for most indexes.",
        )
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{port}" if port else ""
    clean = urlunsplit((parts.scheme, netloc, parts.path.rstrip("/") + "/", "", ""))
    if len(clean.encode(errors="replace")) > LONGEST_INDEX_URL:
        raise UsageError(
            f"the URL of an index has at most {LONGEST_INDEX_URL:,} bytes: {shown[:80]!r}…"
        )
    return clean, _credentials(parts)


def basic(credentials: Credentials) -> dict[str, str]:
    """Return the header that holds a user and a password (RFC 7617)."""
    pair = f"{credentials.user}:{credentials.password}".encode()
    return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _credentials(parts: SplitResult) -> Credentials | None:
    if parts.username is None and parts.password is None:
        return None
    return Credentials(unquote(parts.username or ""), unquote(parts.password or ""))


def followed(base: str, reference: str) -> str:
    """Return the absolute URL that a page or a redirect at ``base`` refers to.

    Without credentials: nobody but the user gives us any.

    Raises:
        UpstreamUnavailable: if it must not be followed.
    """
    try:
        parts = urlsplit(urljoin(base, reference))
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UpstreamUnavailable(f"{reference[:200]!r} is not a URL") from error
    shown = without_credentials(reference[:200])
    if parts.scheme not in _PORTS or not host:
        raise UpstreamUnavailable(f"{shown!r} is not a URL that Airlock follows")
    if urlsplit(base).scheme == "https" and parts.scheme == "http":
        raise UpstreamUnavailable(f"{shown!r} leads from https to http")
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=netloc))


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port (RFC 6454): credentials go to this and nowhere else."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


def refuse_loop(upstream: str, own: Iterable[str]) -> None:
    """Refuse an upstream that is this gate itself.

    Addresses of this machine are taken for each other: a gate that listens on 0.0.0.0 and is
    called localhost is one gate.

    Raises:
        UsageError: if it is one of the own URLs.
    """
    for url in own:
        if _place(upstream) == _place(url) and _overlap(upstream, url):
            raise UsageError(
                f"the upstream index {without_credentials(upstream)} is this gate itself",
                hint="pip is probably configured to use the gate; name the upstream with "
                "AIRLOCK_UPSTREAM.",
            )


def _overlap(one: str, other: str) -> bool:
    """Return whether one of two URLs of a host is below the other: it may have many indexes."""
    paths = [urlsplit(url).path.rstrip("/") + "/" for url in (one, other)]
    return paths[0].startswith(paths[1]) or paths[1].startswith(paths[0])


def _place(url: str) -> tuple[str, int]:
    scheme, host, port = origin(url)
    if host == "localhost" or host.endswith(".localhost"):
        return "here", port
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.rstrip("."), port or _PORTS.get(scheme, 0)
    return ("here" if address.is_loopback or address.is_unspecified else str(address)), port
