"""In which order works are done: where an attack would do the most harm comes first.

A priority is a sum; the smaller, the earlier. Of one size are: a name that looks like a popular
project's, a popular project itself, a project on which many others depend. A back-fill comes after
whatever is published today, and beyond a number of files a project waits behind all others.
"""

import math
from collections.abc import Callable, Collection, Mapping

from airlock.evidence.popularity import Popularity
from airlock.model import ProjectName
from airlock.phantoms import Lore

LOOKALIKE = -400
BACKFILL = 1_000
OVER_LIMIT = 2_000
SECOND_LOOK = -500
"""Of a detonation: what is suspicious is of interest now."""
_POPULAR = -300
_DEPENDED_UPON = -100
_FACTOR = 4.0

Counts = Callable[[Collection[ProjectName]], Mapping[ProjectName, int]]


class Priorities:
    """Knows how urgent projects are.

    Args:
        popularity: knows how popular projects are.
        lore: knows whether a name looks like a popular one.
        dependents: counts how many projects depend on some.
        pending: counts how many works of some wait.
        most: works of one project wait before further ones come last.
    """

    def __init__(
        self, popularity: Popularity, lore: Lore, dependents: Counts, pending: Counts, most: int
    ) -> None:
        self._popularity = popularity
        self._lore = lore
        self._dependents = dependents
        self._pending = pending
        self._most = most

    def of_files(self, project: ProjectName, count: int, *, everything: bool = False) -> list[int]:
        """Return the priorities of so many new files of a project, the newest first.

        Args:
            project: whose they are.
            count: of the files.
            everything: whether they belong to a back-fill.
        """
        base = self.of_project(project) + (BACKFILL if everything else 0)
        room = max(0, self._most - self._pending([project]).get(project, 0))
        return [base if place < room else base + OVER_LIMIT for place in range(count)]

    def of_project(self, project: ProjectName) -> int:
        """Return how urgent a project is, whatever is new of it."""
        rank = self._popularity.rank(project)
        popular = 0 if rank is None else _POPULAR + round(_FACTOR * math.log2(rank) * _FACTOR)
        likeness = LOOKALIKE if rank is None and self._lore.looks_like(project) else 0
        count = self._dependents([project]).get(project, 0)
        needed = max(_DEPENDED_UPON, -round(_FACTOR * _FACTOR * math.log2(count + 1)))
        return min(popular, 0) + likeness + needed
