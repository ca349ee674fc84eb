"""Changes by the serials in the list of projects (``_last-serial``, as PyPI adds to PEP 691).

The list is asked for with what it was called last, so that an unchanged one is not sent. An index
whose list has no serials can still be read once, as a whole; then each project is told without one.
"""

import msgspec

from airlock.errors import InvalidName, UpstreamUnavailable
from airlock.model import ProjectName
from airlock.model.watching import Change, SourceState
from airlock.sources.changes.asking import Asking
from airlock.sources.changes.interface import Batch, Changes, lowest

_JSON = "application/vnd.pypi.simple.v1+json"


class _Meta(msgspec.Struct):
    last_serial: int | None = msgspec.field(name="_last-serial", default=None)


class _Project(msgspec.Struct):
    name: str
    last_serial: int | None = msgspec.field(name="_last-serial", default=None)


class _Root(msgspec.Struct):
    projects: list[_Project]
    meta: _Meta = msgspec.field(default_factory=_Meta)


_DECODER = msgspec.json.Decoder(_Root)


class SerialChanges(Changes):
    """Reads the list of projects."""

    kind = "serials"

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self.url = asking.url

    async def since(self, state: SourceState, *, everything: bool = False) -> Batch:
        """Return the projects with a serial above the known ones; see ``Changes.since``."""
        etag = "" if everything else state.etag
        answer = await self._asking.get(self.url, _JSON, etag)
        if answer.body is None:
            return Batch((), state.serial, state.etag)
        root = self._root(answer.body)
        counted = [one.last_serial or 0 for one in root.projects]
        newest = max(root.meta.last_serial or 0, *counted, state.serial, 0)
        if not any(counted):
            if not everything:
                raise UpstreamUnavailable(
                    f"the list of projects at {self.url} has no serials",
                    hint="Name the projects with --project or --projects, or take everything with "
                    "--backfill.",
                )
            return Batch(tuple(_changes(root, -1)), newest, answer.etag)
        if not state.serial and not everything:
            return Batch((), newest, answer.etag)
        bound = -1 if everything else lowest(state)
        return Batch(tuple(_changes(root, bound)), newest, answer.etag)

    def _root(self, body: bytes) -> _Root:
        try:
            return _DECODER.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise UpstreamUnavailable(f"{self.url} is no list of projects: {error}") from error

    async def aclose(self) -> None:
        """Give back connections."""
        await self._asking.aclose()


def _changes(root: _Root, above: int) -> "list[Change]":
    found = []
    for one in root.projects:
        if (one.last_serial or 0) > above:
            try:
                found.append(Change(ProjectName(one.name), one.last_serial))
            except InvalidName:
                # No installer could ask for it either.
                continue
    return found
