"""Changes by the changelog that PyPI offers over XML-RPC: ``changelog_since_serial``.

- An answer with a document type declaration is refused: with it come entities (CVE-2013-1664).
- Only what may bring files is a change: that somebody became an owner is none.
- Who begins at a time in the past begins at its serial: that is searched for, by halves, slowly.
"""

import asyncio
import datetime as dt
import xmlrpc.client  # nosec: what is read is looked at first, see ``_read``
from typing import Any, NamedTuple
from xml.parsers.expat import ExpatError

from airlock.errors import InvalidName, UpstreamUnavailable
from airlock.model import ProjectName
from airlock.model.watching import Change, SourceState
from airlock.sources.changes.asking import Asking
from airlock.sources.changes.interface import OVERLAP, Batch, Changes, lowest

_ENTRY = 5
_BRINGS_FILES = ("new release", "create")
# An entry is as old as its transaction, a file as the moment in which it came.
_SLACK = dt.timedelta(minutes=10)
# An answer has 50,000 entries at most.
_NEAR = 10_000
_FACTOR = 8


class _Entry(NamedTuple):
    """An entry; without a project if nobody could ask for it."""

    project: ProjectName | None
    at: float
    """In seconds since the epoch."""
    action: str
    serial: int


class ChangelogChanges(Changes):
    """Asks for the changelog.

    Args:
        asking: that asks.
        pause_seconds: between two of the questions with which it begins in the past.
    """

    kind = "changelog"
    goes_back = True

    def __init__(self, asking: Asking, pause_seconds: float = 1.0) -> None:
        self._asking = asking
        self._pause = pause_seconds
        self.url = asking.url

    async def since(self, state: SourceState, *, everything: bool = False) -> Batch:
        """Return the entries above the known serial; see ``Changes.since``.

        ``everything`` is not in a changelog: that is for ``serials``.
        """
        if everything:
            raise UpstreamUnavailable("a changelog does not name every project")
        if not state.serial:
            newest = await self._call("changelog_last_serial")
            if not isinstance(newest, int):
                raise UpstreamUnavailable(f"{self.url} does not tell its last serial")
            return Batch((), await self._serial_at(state.since, newest))
        told: dict[ProjectName, int] = {}
        last = state.serial
        for entry in await self._entries(lowest(state)):
            last = max(last, entry.serial)
            if entry.project is not None and _brings_files(entry.action):
                told[entry.project] = max(entry.serial, told.get(entry.project, 0))
        return Batch(tuple(Change(name, serial) for name, serial in told.items()), last)

    async def _serial_at(self, since: dt.datetime, newest: int) -> int:
        """Return the last serial before a time, or a lower one."""
        begin = (since - _SLACK).timestamp()
        step, low, high = OVERLAP, max(newest - OVERLAP, 0), newest
        entries = await self._entries(low)
        while low and not _is_before(entries, begin):
            step *= _FACTOR
            low, high = max(newest - step, 0), low
            entries = await self._entries_later(low)
        while high - low > _NEAR:
            middle = (low + high) // 2
            found = await self._entries_later(middle)
            if _is_before(found, begin):
                low, entries = middle, found
            else:
                high = middle
        return max((one.serial for one in entries if one.at <= begin), default=max(low, 1))

    async def _entries_later(self, above: int) -> list[_Entry]:
        await asyncio.sleep(self._pause)
        return await self._entries(above)

    async def _entries(self, above: int) -> list[_Entry]:
        entries = await self._call("changelog_since_serial", above)
        if not isinstance(entries, list):
            raise UpstreamUnavailable(f"{self.url} gives no changelog")
        return [_taken_apart(entry) for entry in entries]

    async def _call(self, method: str, *arguments: int) -> Any:
        question = xmlrpc.client.dumps(arguments, method).encode()
        return self._read(await self._asking.post(f"{self._asking.root}pypi", question))

    def _read(self, body: bytes) -> Any:
        # A NUL: not in UTF-8, in which the search is for the whole of it.
        if b"\0" in body or b"<!" in body:
            raise UpstreamUnavailable(f"the changelog of {self.url} has declarations in it")
        try:
            (found,), _ = xmlrpc.client.loads(body)
        except (xmlrpc.client.Error, ExpatError, ValueError, TypeError, LookupError) as error:
            raise UpstreamUnavailable(f"{self.url} gives no changelog: {error}") from error
        return found

    async def aclose(self) -> None:
        """Give back connections."""
        await self._asking.aclose()


def _taken_apart(entry: object) -> _Entry:
    """Return an entry of ``[name, version, time, action, serial]``."""
    if not isinstance(entry, list | tuple) or len(entry) != _ENTRY:
        raise UpstreamUnavailable("an entry of the changelog has another form")
    name, _, at, action, serial = entry
    if not isinstance(serial, int) or not isinstance(at, int) or not isinstance(action, str):
        raise UpstreamUnavailable("an entry of the changelog has another form")
    try:
        return _Entry(ProjectName(str(name)), at, action, serial)
    except InvalidName:
        return _Entry(None, at, action, serial)


def _is_before(entries: list[_Entry], at: float) -> bool:
    return bool(entries) and min(entries, key=lambda one: one.serial).at <= at


def _brings_files(action: str) -> bool:
    return action.startswith(_BRINGS_FILES) or (action.startswith("add ") and " file " in action)
