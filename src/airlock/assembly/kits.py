"""What examines artifacts: checks with what they may ask, and the processes that run them."""

import functools
from typing import Literal

from airlock.advising import FAMILY as ADVISORY
from airlock.assembly.base import every_check
from airlock.assembly.knowing import facts_loader
from airlock.checks import CheckSet
from airlock.checks.registry import documentation
from airlock.workers import FactsLoader, WorkerLimits, Workers

_KIT = "airlock.assembly:examination_kit"
READING_KIT = "airlock.assembly:reading_kit"
"""For who only wants to see what is in an artifact."""


@functools.cache
def examination_kit() -> tuple[CheckSet, FactsLoader]:
    """Return the checks and what they may ask; loaded once, inherited by forks.

    Without those of advisories: what they say changes every day, so that doors ask them anew.
    """
    examined = (check for check in every_check().checks if not check.id.startswith(ADVISORY))
    return CheckSet(examined), facts_loader()


@functools.cache
def reading_kit() -> tuple[CheckSet, FactsLoader]:
    """Return the least that an artifact can be opened with: one check, that costs nothing."""
    least = (check for check in every_check().checks if check.id == "metadata-upload-time")
    return CheckSet(least), facts_loader()


def about_checks() -> dict[str, str]:
    """Return the documentation of every check, by its id."""
    checks, _ = examination_kit()
    return {check.id: documentation(check) for check in checks.checks}


def workers(
    start: Literal["fork", "forkserver"], limits: WorkerLimits | None = None, *, many: bool = False
) -> Workers:
    """Return the processes that examine; see ``Workers``."""
    checks, _ = examination_kit()
    return Workers(checks, _KIT, limits or WorkerLimits(), start=start, many=many)
