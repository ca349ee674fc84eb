"""Whether the numbers of the look-alikes fit by chance: calibrated on some names, judged on others.

The names, imitations and legitimate ones alike, are dealt into folds by a hash. For each fold, the
level from which each technique holds is fitted anew on the *legitimate* names of the other folds
alone, and the fold is judged by it: neither its legitimate names nor any imitation had a part. If
such a calibration does as well as the one in force, that one owes its figures to no accident.

What is fitted is how far each way of resembling is believed, which is what
``airlock.names.calibration`` says; the ways themselves and their order are not.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from airlock.model import ProjectName
from airlock.names import HOLDS, Likeness, NameIndex, compare
from evals.statistics import Share, share_of

FOLDS = 5
MOST_FALSE_ALARMS = 0.005
"""Of the legitimate names: the bar."""
_MORE = 0.001
# Where hardly any legitimate name was seen, there may be some all the same.
_LOWEST = 0.4

Levels = Mapping[str, float]
"""For each technique the weight from which it holds."""


class Looked(msgspec.Struct, frozen=True):
    """One name and all that it looks like."""

    name: ProjectName
    likenesses: tuple[Likeness, ...]
    meant: frozenset[ProjectName] = frozenset()
    """What it imitates; empty if it is legitimate."""

    def held(self, levels: Levels) -> bool:
        """Return whether it would be held."""
        return self.first(levels) is not None

    def first(self, levels: Levels) -> Likeness | None:
        """Return the first likeness that would hold it: the one furthest above its level."""
        above = [one for one in self.likenesses if one.weight >= levels[one.technique]]
        return max(above, key=lambda one: one.weight - levels[one.technique], default=None)


class Crossed(msgspec.Struct, frozen=True):
    """What came of judging every name by a calibration that had not seen it."""

    recall: Share
    right: Share
    false_alarms: Share


def looked(
    index: NameIndex,
    malicious: Mapping[ProjectName, frozenset[ProjectName]],
    legitimate: Sequence[ProjectName],
) -> tuple[list[Looked], list[Looked]]:
    """Compare all names once."""
    return (
        [Looked(name, compare(name, index), meant) for name, meant in malicious.items()],
        [Looked(name, compare(name, index)) for name in legitimate],
    )


def as_calibrated() -> Levels:
    """Return the levels in force: the same for all techniques."""
    return defaultdict(lambda: HOLDS)


def fitted(legitimate: Sequence[Looked]) -> Levels:
    """Return levels at which every technique has as many false alarms, all together within the bar.

    No imitation has a say: what is caught at these levels was not looked at when they were set.
    """
    weights: dict[str, list[float]] = defaultdict(list)
    for one in legitimate:
        for technique in {like.technique for like in one.likenesses}:
            mine = (like.weight for like in one.likenesses if like.technique is technique)
            weights[technique].append(max(mine))
    allowed = int(MOST_FALSE_ALARMS * len(legitimate))
    best = _levels(weights, 0)
    for each in range(1, allowed + 1):
        levels = _levels(weights, each)
        if sum(one.held(levels) for one in legitimate) > allowed:
            break
        best = levels
    return best


def _levels(weights: Mapping[str, list[float]], each: int) -> Levels:
    """Return the levels at which each technique holds so many of the names that it weighs."""
    levels: dict[str, float] = defaultdict(lambda: _LOWEST)
    for technique, mine in weights.items():
        ordered = sorted(mine, reverse=True)
        if each < len(ordered):
            levels[technique] = max(_LOWEST, ordered[each] + _MORE)
    return levels


def crossed(malicious: Sequence[Looked], legitimate: Sequence[Looked]) -> Crossed:
    """Judge every name by levels that were fitted on the other folds."""
    held = right = alarms = 0
    for fold in range(FOLDS):
        levels = fitted(_others(legitimate, fold))
        for one in _fold(malicious, fold):
            first = one.first(levels)
            held += first is not None
            right += first is not None and first.target in one.meant
        alarms += sum(one.held(levels) for one in _fold(legitimate, fold))
    return Crossed(
        recall=share_of(held, len(malicious)),
        right=share_of(right, len(malicious)),
        false_alarms=share_of(alarms, len(legitimate)),
    )


def by_fold(malicious: Sequence[Looked], legitimate: Sequence[Looked]) -> Iterator[Crossed]:
    """Yield how the levels in force do on each fold."""
    levels = as_calibrated()
    for fold in range(FOLDS):
        mine = _fold(malicious, fold)
        firsts = [(one, one.first(levels)) for one in mine]
        yield Crossed(
            recall=share_of(sum(first is not None for _, first in firsts), len(mine)),
            right=share_of(
                sum(first is not None and first.target in one.meant for one, first in firsts),
                len(mine),
            ),
            false_alarms=share_of(
                sum(one.held(levels) for one in _fold(legitimate, fold)),
                len(_fold(legitimate, fold)),
            ),
        )


def _fold(names: Sequence[Looked], fold: int) -> list[Looked]:
    return [one for one in names if _fold_of(one.name) == fold]


def _others(names: Sequence[Looked], fold: int) -> list[Looked]:
    return [one for one in names if _fold_of(one.name) != fold]


def _fold_of(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % FOLDS
