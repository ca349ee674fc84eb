"""The ports of watching: the queue of works, and how far sources are followed.

Promises of every adapter, beside those of ``interface``:

- A work is held by one holder at a time, for a time; whoever is killed loses it when that is over,
  and nobody has to notice.
- A verdict is recorded in the transaction that ends its work, and only for who holds it: however
  often a work is begun, it has one result.
- The changes of a source and its cursor are recorded together; so are the works of a page and that
  it was read.
- Numbers of sets of checks grow in the order in which the sets were first seen. Nobody holds a work
  that is to be judged by newer checks than their own.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from airlock.model import Artifact, ProjectName, Sha256, Verdict
from airlock.model.watching import (
    Backlog,
    Change,
    Claim,
    DueProject,
    Letter,
    SourceState,
    Stage,
    Work,
    Worker,
)
from airlock.store.readings import Reading


class Terms(NamedTuple):
    """On which terms works are given out."""

    holder: str
    checks: int
    """The number of the holder's set of checks."""
    stages: Collection[Stage]
    until: dt.datetime
    """When the hold ends, in UTC."""
    spacing: dt.timedelta
    """Between two requests to a source."""


class Result(NamedTuple):
    """What came of a work."""

    checks: int
    """The number of the set of checks that judged."""
    verdict: Verdict | None = None
    """``None`` if a current one was there already."""
    needs: Collection[ProjectName] = ()
    """Projects that its project depends on."""
    reading: Reading | None = None
    """What was read of its file."""
    follow: Work | None = None
    """Another work that comes of it."""


class Due(NamedTuple):
    """A work that can be begun."""

    id: int
    priority: int
    stage: Stage


class Outdated(NamedTuple):
    """A work that was done by older checks."""

    id: int
    sha256: Sha256
    project: ProjectName
    filename: str


class Works(ABC):
    """The queue. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def register_checks(self, version: str, checks: Mapping[str, int]) -> int:
        """Return the number of a set of checks, which is new or known."""

    @abstractmethod
    def checks_of(self, number: int) -> dict[str, int]:
        """Return the versions of the checks of a set; nothing if it is not known."""

    @abstractmethod
    def add(self, works: Iterable[Work], checks: int, now: dt.datetime) -> int:
        """Add works, and return how many are new.

        Those that are known stay as they are, unless they were withdrawn: they are offered again.
        """

    @abstractmethod
    def claim(
        self, terms: Terms, most: int, now: dt.datetime, *, only: Sequence[int] | None = None
    ) -> tuple[Claim, ...]:
        """Take works that are due, the first ones first; of ``only`` these numbers, if given.

        Works whose source is not to be asked for some seconds are not due.
        """

    @abstractmethod
    def renew(self, holder: str, ids: Sequence[int], until: dt.datetime) -> None:
        """Hold works for longer, unless somebody else has them by now."""

    @abstractmethod
    def settle(self, claim: Claim, result: Result, now: dt.datetime) -> bool:
        """End a work with its result.

        Returns:
            False if it is held by somebody else by now: then nothing was recorded.
        """

    @abstractmethod
    def put_back(self, claim: Claim, reason: str, at: dt.datetime, *, counted: bool = True) -> bool:
        """Give a work back to be tried from a time on; a dead letter if there was no more try.

        Not ``counted`` is an attempt that came to nothing through no fault of the artifact.
        """

    @abstractmethod
    def bury(self, now: dt.datetime) -> int:
        """Give up works that cost as many workers as there are attempts; return how many."""

    @abstractmethod
    def withdraw(self, claim: Claim, reason: str, now: dt.datetime) -> bool:
        """End a work whose file the index has no more."""

    @abstractmethod
    def letters(self, *, dead: bool, limit: int) -> tuple[Letter, ...]:
        """Return dead letters, or what waits after it failed; the newest first."""

    @abstractmethod
    def revive(self, ids: Sequence[int] | None, now: dt.datetime) -> int:
        """Queue dead letters again, all of them or some; return how many."""

    @abstractmethod
    def outdated(self, checks: int, after: int, limit: int) -> tuple[Outdated, ...]:
        """Return works that were done by checks before a set, above a number, in its order."""

    @abstractmethod
    def bring_up(
        self, again: Sequence[int], fine: Sequence[int], checks: int, now: dt.datetime
    ) -> None:
        """Queue outdated works again; note of others that newer checks would say the same."""

    @abstractmethod
    def tell(
        self, limit: int, now: dt.datetime, stages: Collection[Stage] = tuple(Stage)
    ) -> tuple[Due, ...]:
        """Return due works for another queue to be told of; nobody else gets them for a while.

        Works whose source is not to be asked for some seconds are not due; nor are those that
        nobody alive may do, where anybody is known to live.
        """

    @abstractmethod
    def lost(self, ids: Sequence[int]) -> None:
        """Note that another queue has lost what it was told of: it has to be told again."""

    @abstractmethod
    def pending(self, projects: Collection[ProjectName]) -> dict[ProjectName, int]:
        """Return how many works of projects wait; those with none are left out."""

    @abstractmethod
    def dependents(self, projects: Collection[ProjectName]) -> dict[ProjectName, int]:
        """Return how many projects are known to depend on each; those with none are left out."""

    @abstractmethod
    def backlog(self, now: dt.datetime) -> Backlog:
        """Return how much is to be done."""

    @abstractmethod
    def waiting(self) -> int:
        """Return how many works wait; quicker than ``backlog``."""

    @abstractmethod
    def idle(self, now: dt.datetime) -> bool:
        """Tell whether nothing is being done, and nothing is to be done now."""

    @abstractmethod
    def beat(self, worker: Worker) -> None:
        """Note that a worker lives."""

    @abstractmethod
    def leave(self, worker_id: str) -> None:
        """Note that a worker has ended."""

    @abstractmethod
    def workers(self, since: dt.datetime) -> tuple[Worker, ...]:
        """Return the workers that lived at a time or later."""

    @abstractmethod
    def cursor(self, name: str) -> int:
        """Return up to which entry of the log somebody was told; 0 if never."""

    @abstractmethod
    def move_cursor(self, name: str, before: int, to: int) -> bool:
        """Note up to which entry somebody was told, unless somebody else noted it meanwhile."""

    @abstractmethod
    def artifacts(self, after: int, limit: int) -> tuple[tuple[int, Artifact], ...]:
        """Return everything that was ever looked at, above a number, in the order of numbers."""

    @abstractmethod
    def count_artifacts(self) -> int:
        """Return how many that are."""


class Following(ABC):
    """How far sources are followed. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def source(self, url: str, kind: str) -> SourceState | None:
        """Return how far a source is followed."""

    @abstractmethod
    def sources(self) -> tuple[SourceState, ...]:
        """Return every source."""

    @abstractmethod
    def begin(self, state: SourceState) -> None:
        """Begin to follow a source, unless that was done."""

    @abstractmethod
    def note(self, state: SourceState, changes: Iterable[Change], *, everything: bool) -> int:
        """Record changes and up to where they are known; return how many pages are to be read.

        A change whose serial the page of its project had when it was read is none.
        """

    @abstractmethod
    def due(self, sources: Collection[str], limit: int, now: dt.datetime) -> tuple[DueProject, ...]:
        """Return projects whose pages have to be read."""

    @abstractmethod
    def read(  # noqa: PLR0913 - what comes of a page
        self,
        due: DueProject,
        works: Iterable[Work],
        *,
        serial: int,
        etag: str,
        checks: int,
        now: dt.datetime,
    ) -> int:
        """Record that a page was read, with the works that come of it; return how many are new."""

    @abstractmethod
    def postpone(self, due: DueProject, reason: str, at: dt.datetime) -> None:
        """Record that a page has to be read again from a time on."""

    @abstractmethod
    def recall(self, source: str, project: ProjectName, now: dt.datetime) -> None:
        """Have a page read again, though nothing told that it changed."""

    @abstractmethod
    def reserve(self, source: str, spacing: dt.timedelta, now: dt.datetime) -> dt.datetime:
        """Return when a source may be asked next; each time is given out once."""

    @abstractmethod
    def rest(self, source: str, until: dt.datetime) -> None:
        """Let nobody ask a source before a time."""
