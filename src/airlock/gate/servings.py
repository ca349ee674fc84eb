"""Counts who got which file, so that an advisory of tomorrow can name who has it.

Of a client no more is kept than its account, its network and its kind, and the network only if that
is wanted.
"""

import datetime as dt
from collections.abc import Callable

from airlock.gate.counting import Counts
from airlock.model import ArtifactName, Sha256
from airlock.model.phantom import client_of, network_of
from airlock.model.serving import Serving
from airlock.store import Store

# About 200 bytes each.
_KEPT = 500_000


class Servings(Counts[Serving]):
    """Notes what is handed out, and writes it in the background.

    Args:
        store: where counts are kept.
        clock: gives the time in UTC.
        networks: whether to keep the networks of clients.
    """

    def __init__(self, store: Store, clock: Callable[[], dt.datetime], *, networks: bool) -> None:
        super().__init__(self._keep, "servings")
        self._store = store
        self._clock = clock
        self._networks = networks

    def note(
        self,
        name: ArtifactName,
        sha256: Sha256,
        account: str,
        address: str | None,
        user_agent: str,
    ) -> None:
        """Note that a client got a file."""
        now = self._clock()
        self.add(
            Serving(
                sha256=sha256,
                filename=name.filename,
                project=name.project,
                account=account,
                network=network_of(address) if self._networks and address else "",
                client=client_of(user_agent),
                first_served=now,
                last_served=now,
            )
        )

    def _keep(self, servings: list[Serving]) -> None:
        self._store.add_servings(servings, most=_KEPT)
