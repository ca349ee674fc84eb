"""The only module that constructs adapters; read it to know what runs."""

import datetime as dt
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from airlock.checks import CheckSet, load_checks
from airlock.evidence import Facts
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.policy import Policy, default_policy, load_policy
from airlock.scanning import Scan
from airlock.workers import FactsLoader, WorkerLimits, Workers

if TYPE_CHECKING:
    from airlock.gate.settings import GateSettings
    from airlock.sources import Index

_KIT = "airlock.assembly:examination_kit"


def now() -> dt.datetime:
    """Return the time, in UTC: the one clock of the program."""
    return dt.datetime.now(dt.UTC)


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


@functools.cache
def examination_kit() -> tuple[CheckSet, FactsLoader]:
    """Return the checks and what they may ask; loaded once, inherited by forks."""
    popularity = BuiltinPopularity()

    def facts(time: dt.datetime) -> Facts:
        return Facts(now=time, popularity=popularity)

    return load_checks(), facts


def workers(start: Literal["fork", "forkserver"], limits: WorkerLimits | None = None) -> Workers:
    """Return the processes that examine."""
    checks, _ = examination_kit()
    return Workers(checks, _KIT, limits or WorkerLimits(), start=start)


def policy(path: Path | None) -> Policy:
    """Return the policy of a file, or the built-in one.

    Raises:
        InvalidPolicy: if the file cannot be obeyed as written.
    """
    if path is None:
        return default_policy()
    from airlock.errors import InvalidPolicy

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidPolicy(f"{path} cannot be read: {error}") from error
    checks, _ = examination_kit()
    return load_policy(text, origin=str(path), known_checks=frozenset(checks.ids))


def index(url: str | None) -> Callable[[], "Index"]:
    """Return a maker of the upstream index: the given one, else the user's, else PyPI."""

    def make() -> "Index":
        from airlock.sources.simple_index import SimpleIndex, default_index_url

        return SimpleIndex(url or default_index_url(), clock=now)

    return make


def scan(policy_file: Path | None, index_url: str | None) -> tuple[Scan, Policy]:
    """Return a scan and the policy that it judges by."""
    checks, _ = examination_kit()
    rules = policy(policy_file)
    return Scan(checks, rules, workers("fork"), index(index_url), now), rules
