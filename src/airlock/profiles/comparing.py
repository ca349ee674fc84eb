"""What an artifact does that the one before it did not."""

from airlock.profiles.changes import building, code, shape, startup, words
from airlock.profiles.difference import Difference, ordered
from airlock.profiles.pair import Pair
from airlock.profiles.profile import Profile

_JUDGES = (startup.judge, building.judge, code.judge, words.judge, shape.judge)


def compare(old: Profile, new: Profile) -> tuple[Difference, ...]:
    """Return what changed, the worst first; nothing for an artifact and itself.

    Args:
        old: of an earlier release.
        new: of a later release of the same project, in the same form: a wheel with a wheel, a
            source distribution with a source distribution.
    """
    pair = Pair(old, new)
    return ordered([difference for judge in _JUDGES for difference in judge(pair)])
