"""Counts who asks for names that the upstream does not have.

- Neither the memory nor the table grows without bound, however many names are made up.
- Of a client no more is kept than its network and its kind, and the network only if that is wanted.
"""

import datetime as dt
from collections.abc import Callable

from airlock.gate.counting import EVERY, Counts
from airlock.model import ProjectName
from airlock.model.phantom import Sighting, client_of, network_of
from airlock.store import Store

_KEPT = 20_000


class Phantoms(Counts[Sighting]):
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
        every: dt.timedelta = EVERY,
    ) -> None:
        super().__init__(self._keep, "phantoms", every)
        self._store = store
        self._clock = clock
        self._networks = networks

    def note(self, project: ProjectName, address: str | None, user_agent: str) -> None:
        """Note that a client asked for a name that does not exist."""
        now = self._clock()
        self.add(
            Sighting(
                project=project,
                network=network_of(address) if self._networks and address else "",
                client=client_of(user_agent),
                first_asked=now,
                last_asked=now,
            )
        )

    def _keep(self, sightings: list[Sighting]) -> None:
        self._store.add_sightings(sightings, most=_KEPT)
