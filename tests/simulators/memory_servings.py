"""Who got which file, in memory: a part of the store, held to the same tests as the table."""

import threading
from collections.abc import Iterable

from airlock.model.serving import Serving
from airlock.store.servings import ServingRecords


class MemoryServings(ServingRecords):
    """Servings by their key."""

    def __init__(self) -> None:
        self._servings_lock = threading.RLock()
        self._servings: dict[tuple[str, ...], Serving] = {}

    def add_servings(self, servings: Iterable[Serving], *, most: int) -> None:
        with self._servings_lock:
            for serving in servings:
                known = self._servings.get(serving.key)
                self._servings[serving.key] = known + serving if known else serving
            newest = sorted(self._servings.values(), key=lambda one: (one.last_served, one.key))
            kept = newest[max(0, len(newest) - max(most, 0)) :]
            self._servings = {one.key: one for one in kept}

    def servings(self) -> tuple[Serving, ...]:
        with self._servings_lock:
            return tuple(self._servings[key] for key in sorted(self._servings))
