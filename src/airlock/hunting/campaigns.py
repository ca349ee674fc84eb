"""Groups what was held or refused into campaigns: by the same code, hosts, and people.

Two scans belong together if they share something that is told of nothing harmless and of not too
many: a library that half of all packages bundle makes no campaign.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from airlock.model.hunting import Kind, Observation, Scan

TELLING = (Kind.PRINT, Kind.HOST, Kind.PUBLISHER, Kind.OWNER, Kind.AUTHOR)
MOST_SHARING = 500


class Campaign(NamedTuple):
    """Scans that belong together."""

    scans: tuple[Scan, ...]
    """The earliest first."""
    shared: tuple[Observation, ...]
    """What at least two of them share, what the most share first."""


def campaigns(
    scans: Iterable[Scan], sharing: Iterable[tuple[Observation, tuple[int, ...]]]
) -> list[Campaign]:
    """Return the groups of at least two, the largest first.

    Args:
        scans: that were held or refused.
        sharing: what is told of several of them, with their ids; of nothing harmless.
    """
    by_id = {scan.id: scan for scan in scans}
    groups = _Groups()
    kept = []
    for observation, ids in sharing:
        members = [one for one in ids if one in by_id]
        if 1 < len(members) <= MOST_SHARING:
            kept.append((observation, members))
            for other in members[1:]:
                groups.join(members[0], other)
    shared: dict[int, list[tuple[int, Observation]]] = defaultdict(list)
    for observation, members in kept:
        shared[groups.of(members[0])].append((-len(members), observation))
    members_of: dict[int, list[Scan]] = defaultdict(list)
    for number, scan in by_id.items():
        members_of[groups.of(number)].append(scan)
    found = [
        Campaign(
            tuple(sorted(members_of[group], key=lambda scan: (scan.released_at, scan.id))),
            tuple(one for _, one in sorted(told, key=lambda pair: (pair[0], pair[1].value))),
        )
        for group, told in shared.items()
    ]
    return sorted(found, key=lambda one: (-len(one.scans), one.scans[0].id))


class _Groups:
    """Sets that are joined (Tarjan 1975)."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def of(self, one: int) -> int:
        while (parent := self._parents.get(one, one)) != one:
            self._parents[one] = self._parents.get(parent, parent)
            one = parent
        return one

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.of(one), self.of(other)))
        self._parents[second] = first
