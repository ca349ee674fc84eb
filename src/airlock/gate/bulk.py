"""One decision about many files and names: each is decided by itself, and answers for itself.

- Nothing about one hinders the others: what cannot be decided says why, the rest is done.
- Each has its own step, its own waiver and its own entry in the log, and is undone by itself.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from airlock.errors import AirlockError, UsageError
from airlock.gate.review import Reviewing
from airlock.gate.review_cases import absent
from airlock.model.access import Action, Principal
from airlock.model.review import Step, Subject

MOST = 200


class Done(NamedTuple):
    """What came of one of many."""

    subject: Subject
    step: Step | None
    problem: str
    """Why nothing came of it; empty if something did."""
    title: str = ""
    """What a person calls it; empty where they may not know of it."""


def each(
    reviewing: Reviewing,
    subjects: Iterable[Subject],
    by: Principal,
    act: Callable[[Subject], Step],
) -> list[Done]:
    """Do something in many reviews.

    Args:
        reviewing: knows whose they are.
        subjects: what they are about; of what is there twice, once.
        by: who asks.
        act: what is done in one of them.

    Raises:
        UsageError: if there is none, or more than ``MOST``.
    """
    wanted = list(dict.fromkeys(subjects))
    if not 0 < len(wanted) <= MOST:
        raise UsageError(f"choose 1 to {MOST} at once")
    return [_one(reviewing, subject, by, act) for subject in wanted]


def _one(
    reviewing: Reviewing, subject: Subject, by: Principal, act: Callable[[Subject], Step]
) -> Done:
    title = ""
    try:
        if not by.may(Action.REVIEW, reviewing.project_of(subject)):
            # Whether it is there is told to nobody who may not review it.
            raise absent(subject)
        title = reviewing.title_of(subject)
        return Done(subject, act(subject), "", title)
    except AirlockError as error:
        return Done(subject, None, error.in_full, title)
