"""Changes by the feeds of an index: ``rss/updates.xml`` and ``rss/packages.xml`` (RSS 2.0).

A feed has the newest entries only. If none of the known ones is in it, others were missed: the
batch says so, and somebody has to compare everything.
"""

import hashlib
from collections.abc import Iterator
from urllib.parse import urlsplit

from airlock.errors import InvalidDependencies, InvalidName, UpstreamUnavailable
from airlock.model import ProjectName
from airlock.model.watching import Change, SourceState
from airlock.sources.changes.asking import Asking
from airlock.sources.changes.interface import Batch, Changes
from airlock.sources.dependencies.interface import Document
from airlock.sources.dependencies.xml import Element, read_xml

_FEEDS = ("rss/updates.xml", "rss/packages.xml")
_MOST_SEEN = 2_000
_SHORT = 12
_PROJECT_PATH = ("", "project")


class FeedChanges(Changes):
    """Reads the feeds."""

    kind = "feed"

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.url = asking.url

    async def since(self, state: SourceState, *, everything: bool = False) -> Batch:
        """Return the projects of entries that are not known; see ``Changes.since``."""
        if everything:
            raise UpstreamUnavailable("a feed does not name every project")
        known = set(state.seen)
        found: dict[str, ProjectName] = {}
        for feed in _FEEDS:
            answer = await self._asking.get(f"{self._asking.root}{feed}", "application/rss+xml")
            found |= _entries(answer.body or b"", f"{self._asking.root}{feed}")
        news = {mark: name for mark, name in found.items() if mark not in known}
        gap = bool(known) and bool(found) and len(news) == len(found)
        seen = (*found, *(mark for mark in state.seen if mark not in found))[:_MOST_SEEN]
        names = dict.fromkeys(news.values()) if state.polled_at is not None else {}
        return Batch(tuple(map(Change, names)), state.serial, seen=seen, gap=gap)

    async def aclose(self) -> None:
        """Give back connections."""
        await self._asking.aclose()


def _entries(body: bytes, url: str) -> dict[str, ProjectName]:
    try:
        root = read_xml(Document(shown=url, data=body))
    except InvalidDependencies as error:
        raise UpstreamUnavailable(f"{url} is no feed: {error}") from error
    if root.name != "rss":
        raise UpstreamUnavailable(f"{url} is no feed: it begins with {root.name[:80]!r}")
    return dict(_named(root))


def _named(root: Element) -> Iterator[tuple[str, ProjectName]]:
    for item in root.below("item"):
        link = item.text_of("link")
        parts = urlsplit(link).path.split("/")
        if tuple(parts[:2]) != _PROJECT_PATH or len(parts) <= len(_PROJECT_PATH):
            continue
        try:
            name = ProjectName(parts[2])
        except InvalidName:
            continue
        told = f"{link} {item.text_of('pubDate')}"
        yield hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:_SHORT], name
