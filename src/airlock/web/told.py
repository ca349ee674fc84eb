"""What a release says of itself in its core metadata, as a page shows it. Nothing of it is true."""

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

_MOST = 40
_LONGEST = 300


class Link(NamedTuple):
    """An address that a package gives."""

    label: str
    text: str
    url: str
    """The same, if a browser may be led there; else empty."""


class Told(NamedTuple):
    """What is shown beside the description."""

    summary: str
    author: str
    maintainer: str
    license: str
    requires_python: str
    requires: tuple[str, ...]
    keywords: tuple[str, ...]
    classifiers: tuple[str, ...]
    links: tuple[Link, ...]


def told(raw: "RawMetadata") -> Told:
    """Return what the core metadata come down to; each text is cut, each list bounded."""
    home = raw.get("home_page")
    urls = ({"Homepage": home} if home else {}) | dict(raw.get("project_urls") or {})
    return Told(
        summary=_cut(raw.get("summary")),
        author=_person(raw.get("author"), raw.get("author_email")),
        maintainer=_person(raw.get("maintainer"), raw.get("maintainer_email")),
        license=_cut(raw.get("license_expression") or raw.get("license")),
        requires_python=_cut(raw.get("requires_python")),
        requires=_several(raw.get("requires_dist")),
        keywords=_several(raw.get("keywords")),
        classifiers=_several(raw.get("classifiers")),
        links=tuple(_link(label, url) for label, url in list(urls.items())[:_MOST]),
    )


def _person(name: str | None, address: str | None) -> str:
    return _cut(", ".join(part for part in (name, address) if part))


def _cut(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _several(texts: list[str] | None) -> tuple[str, ...]:
    return tuple(_cut(text) for text in (texts or [])[:_MOST])


def _link(label: str, url: str) -> Link:
    return Link(_cut(label) or "Link", _cut(url), url if _leads_elsewhere(url) else "")


def _leads_elsewhere(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # What stands before an "@" reads as the host, and is none.
    plain = parts.username is None and parts.password is None and url.isprintable()
    web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return web and plain and len(url) <= _LONGEST
