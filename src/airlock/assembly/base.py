"""What every composition is made of: the clock, the checks, the policy, the index."""

import contextlib
import datetime as dt
import functools
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.checks import CheckSet, load_checks
from airlock.checks.registry import documentation
from airlock.errors import InvalidPolicy, MissingExtra
from airlock.policy import Policy, default_policy, load_policy
from airlock.policy.suppression import check_ends

if TYPE_CHECKING:
    from airlock.sources.interface import Index, Limits


def now() -> dt.datetime:
    """Return the time, in UTC: the one clock of the program."""
    return dt.datetime.now(dt.UTC)


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


@functools.cache
def every_check() -> CheckSet:
    """Return the checks of all families."""
    return load_checks()


@functools.cache
def about_every_check() -> dict[str, str]:
    """Return the documentation of every check, those of advisories included, by its id."""
    return {check.id: documentation(check) for check in every_check().checks}


def policy(path: Path | None) -> Policy:
    """Return the policy of a file, or the built-in one.

    Raises:
        InvalidPolicy: if the file cannot be obeyed as written.
    """
    if path is None:
        return default_policy()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidPolicy(f"{path} cannot be read: {error}") from error
    loaded = load_policy(text, origin=str(path), known_checks=frozenset(every_check().ids))
    check_ends(loaded.suppress, now().date())
    return loaded


def index(
    url: str | None, *, own: Iterable[str] = (), limits: "Limits | None" = None
) -> Callable[[], "Index"]:
    """Return a maker of the upstream index: the given one, else the user's, else PyPI.

    Args:
        url: the index that the user names.
        own: URLs under which this process itself is an index, so that it never asks itself.
        limits: how much it may ask of us.
    """

    def make() -> "Index":
        from airlock.sources.simple_index import SimpleIndex, default_index_url

        return SimpleIndex(url or default_index_url(), limits=limits, own=own, clock=now)

    return make


@contextlib.contextmanager
def extra(name: str) -> Iterator[None]:
    """Tell the user which extra a module belongs to that is not installed.

    Raises:
        MissingExtra: instead of ``ModuleNotFoundError``, unless the module is ours.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("airlock"):
            raise
        raise MissingExtra(
            f"{error.name} is not installed",
            hint=f"Install the parts of it with: pip install 'pypi-airlock[{name}]'",
        ) from error
