"""Tells whether what was rendered still holds, whichever process changed what it shows.

- Asked at every request, in the event loop: with SQLite one look at a counter that the file itself
  carries (two microseconds); with a database server a look at the clock, and at most every
  ``_POLL`` one query. For so long a change by another process may go unnoticed there.
- What cannot be asked counts as changed: then everything is made anew.
"""

import asyncio
import datetime as dt
import time

import anyio.to_thread

from airlock.model import ProjectName
from airlock.store import Store
from airlock.store.hosting import newest

_POLL = dt.timedelta(milliseconds=250)


class Changes:
    """Follows the changes in a store.

    Args:
        store: to follow.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.serial = 0
        """Everything up to this change is known."""
        self._of_all = 0
        self._of_project: dict[ProjectName, int] = {}
        self._fingerprint: int | None = None
        self._asked_at = float("-inf")
        self._turn = asyncio.Lock()

    def are_known(self) -> bool:
        """Tell whether everything that changed is known; never blocks."""
        fingerprint = self._store.fingerprint()
        if fingerprint is None:
            return time.monotonic() - self._asked_at < _POLL.total_seconds()
        return fingerprint == self._fingerprint

    async def catch_up(self) -> None:
        """Learn what changed, once for all who wait."""
        if self.are_known():
            return
        async with self._turn:
            if self.are_known():
                return
            # Before the question: what is written meanwhile is asked for again.
            fingerprint, asked_at = self._store.fingerprint(), time.monotonic()
            changes = await anyio.to_thread.run_sync(self._store.changes, self.serial)
            for change in changes:
                if change.project is None:
                    self._of_all = max(self._of_all, change.serial)
                else:
                    self._of_project[change.project] = change.serial
            self.serial = newest(changes, self.serial)
            self._fingerprint, self._asked_at = fingerprint, asked_at

    def since(self, project: ProjectName, serial: int) -> bool:
        """Tell whether a project changed after a serial."""
        return max(self._of_all, self._of_project.get(project, 0)) > serial
