"""Brings what can be hunted for up to the newest verdict."""

from collections.abc import Callable

from airlock.hunting.observing import observations, scan_of
from airlock.store.hunting import Hunting

_PIECE = 200


def learn(hunting: Hunting, tick: Callable[[int], None] = lambda _count: None) -> int:
    """Read the verdicts that are not known yet; return how many there were.

    It goes on in pieces and can be stopped between any two.
    """
    count = 0
    while found := hunting.unread(_PIECE):
        known = [
            (scan_of(one.number, one.verdict), observations(one.verdict, one.profile))
            for one in found
        ]
        hunting.learn(known, found[-1].number)
        count += len(found)
        tick(count)
    return count
