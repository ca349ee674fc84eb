"""Counts who asks for names that the upstream does not have.

- Noting costs a request one addition in memory; what was noted is written together, every few
  seconds and when the gate stops. A gate that is killed loses the counts of those seconds.
- Neither the memory nor the table grows without bound, however many names are made up.
- Of a client no more is kept than its network and its kind, and the network only if that is wanted.
"""

import asyncio
import datetime as dt
from collections.abc import Callable

import anyio.to_thread
import structlog

from airlock.errors import StoreError
from airlock.model import ProjectName
from airlock.model.phantom import Sighting, client_of, network_of
from airlock.store import Store

_log = structlog.get_logger("airlock.gate")
# Between two flushes; names beyond are not counted.
_PENDING = 5_000
_KEPT = 20_000


class Phantoms:
    """Notes names in the event loop, and writes them in the background.

    Args:
        store: where counts are kept.
        clock: gives the time in UTC.
        networks: whether to keep the networks of clients.
        every: how often counts are written.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], dt.datetime],
        *,
        networks: bool,
        every: dt.timedelta = dt.timedelta(seconds=5),
    ) -> None:
        self._store = store
        self._clock = clock
        self._networks = networks
        self._every = every
        self._pending: dict[tuple[ProjectName, str, str], Sighting] = {}
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def note(self, project: ProjectName, address: str | None, user_agent: str) -> None:
        """Note that a client asked for a name that does not exist."""
        now = self._clock()
        self._add(
            Sighting(
                project=project,
                network=network_of(address) if self._networks and address else "",
                client=client_of(user_agent),
                first_asked=now,
                last_asked=now,
            )
        )

    def _add(self, sighting: Sighting) -> None:
        known = self._pending.get(sighting.key)
        if known is not None:
            self._pending[sighting.key] = known + sighting
        elif len(self._pending) < _PENDING:
            self._pending[sighting.key] = sighting

    def start(self) -> None:
        """Begin to write what is noted, in the running event loop."""
        self._task = asyncio.create_task(self._write_for_ever())

    async def close(self) -> None:
        """Write what is left, and stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def flush(self) -> None:
        """Write what was noted; what the store refuses is tried again with the next."""
        async with self._turn:
            taken, self._pending = self._pending, {}
            if not taken:
                return
            try:
                await anyio.to_thread.run_sync(self._write, list(taken.values()))
            except StoreError as error:
                _log.warning("phantoms-not-written", error=str(error), names=len(taken))
                for sighting in taken.values():
                    self._add(sighting)

    def _write(self, sightings: list[Sighting]) -> None:
        self._store.add_sightings(sightings, most=_KEPT)

    async def _write_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._every.total_seconds())
            # Shielded: who is stopped in the middle would not know whether the counts were written.
            await asyncio.shield(self.flush())
