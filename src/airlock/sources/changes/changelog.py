"""Changes by the changelog that PyPI offers over XML-RPC: ``changelog_since_serial``.

- An answer with a document type declaration is refused: with it come entities (CVE-2013-1664).
- Only what may bring files is a change: that somebody became an owner is none.
"""

import xmlrpc.client  # nosec: what is read is looked at first, see ``_read``
from typing import Any
from xml.parsers.expat import ExpatError

from airlock.errors import InvalidName, UpstreamUnavailable
from airlock.model import ProjectName
from airlock.model.watching import Change, SourceState
from airlock.sources.changes.asking import Asking
from airlock.sources.changes.interface import Batch, Changes, lowest

_ENTRY = 5
_BRINGS_FILES = ("new release", "create")


class ChangelogChanges(Changes):
    """Asks for the changelog."""

    kind = "changelog"

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
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
            return Batch((), newest)
        entries = await self._call("changelog_since_serial", lowest(state))
        if not isinstance(entries, list):
            raise UpstreamUnavailable(f"{self.url} gives no changelog")
        told: dict[ProjectName, int] = {}
        last = state.serial
        for entry in entries:
            name, action, serial = _taken_apart(entry)
            last = max(last, serial)
            if name is not None and _brings_files(action):
                told[name] = max(serial, told.get(name, 0))
        return Batch(tuple(Change(name, serial) for name, serial in told.items()), last)

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


def _taken_apart(entry: object) -> tuple[ProjectName | None, str, int]:
    """Return project, action and serial of ``[name, version, time, action, serial]``."""
    if not isinstance(entry, list | tuple) or len(entry) != _ENTRY:
        raise UpstreamUnavailable("an entry of the changelog has another form")
    name, _, _, action, serial = entry
    if not isinstance(serial, int) or not isinstance(action, str):
        raise UpstreamUnavailable("an entry of the changelog has another form")
    try:
        return ProjectName(str(name)), action, serial
    except InvalidName:
        return None, action, serial


def _brings_files(action: str) -> bool:
    return action.startswith(_BRINGS_FILES) or (action.startswith("add ") and " file " in action)
