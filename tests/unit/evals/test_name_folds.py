"""A calibration is judged by names that had no part in it."""

from collections.abc import Iterable

from airlock.model import ProjectName
from airlock.names import HOLDS, Likeness, Technique
from evals import name_folds
from evals.name_folds import Looked

SWAP, OTHER = Technique.TRANSPOSITION, Technique.REPLACEMENT
REQUESTS = ProjectName("requests")


def like(technique: Technique, weight: float) -> Likeness:
    return Likeness(
        target=REQUESTS, technique=technique, cost=0.5, weight=weight, explanation="", rank=1
    )


def names(stem: str, found: Iterable[Likeness], *, meant: bool) -> list[Looked]:
    return [
        Looked(ProjectName(f"{stem}{n}"), (one,), frozenset({REQUESTS} if meant else ()))
        for n, one in enumerate(found)
    ]


def test_levels_leave_out_what_legitimate_names_weigh() -> None:
    """A way that never meets an innocent name is believed further than one that often does."""
    legitimate = [
        *names("innocent", [like(OTHER, 0.6 + n / 1_000) for n in range(40)], meant=False),
        *(Looked(ProjectName(f"plain{n}"), ()) for n in range(960)),
    ]
    levels = name_folds.fitted(legitimate)
    assert levels[SWAP] < HOLDS < levels[OTHER]
    assert sum(one.held(levels) for one in legitimate) <= 5


def test_imitations_have_no_part_in_the_levels_that_judge_them() -> None:
    legitimate = names("innocent", [like(OTHER, 0.7)] * 600, meant=False)
    malicious = [
        *names("bad", [like(OTHER, 0.65)] * 50, meant=True),
        *names("worse", [like(SWAP, 0.45)] * 50, meant=True),
    ]
    found = name_folds.crossed(malicious, legitimate)
    assert (found.recall.count, found.right.count) == (50, 50)
    assert found.false_alarms.count == 0


def test_every_name_is_in_one_fold() -> None:
    malicious = names("bad", [like(SWAP, 0.9)] * 30, meant=True)
    legitimate = names("good", [like(SWAP, 0.1)] * 70, meant=False)
    folds = list(name_folds.by_fold(malicious, legitimate))
    assert sum(fold.recall.total for fold in folds) == 30
    assert sum(fold.false_alarms.total for fold in folds) == 70
    assert sum(fold.recall.count for fold in folds) == 30
    assert sum(fold.false_alarms.count for fold in folds) == 0
