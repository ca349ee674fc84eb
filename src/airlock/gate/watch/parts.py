"""What works are done with, and the ports of those that do the parts of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from airlock.checks import CheckSet
from airlock.gate.door import Asked
from airlock.model import Artifact, Outcome, Release, Verdict
from airlock.model.watching import Work
from airlock.policy.in_force import InForce
from airlock.sources.interface import Index
from airlock.store.interface import Store
from airlock.store.readings import Reading
from airlock.store.works import Following, Works
from airlock.workers import Examination

Examine = Callable[[Asked, Release], Awaitable[Examination]]
"""Brings an artifact in and examines it (``Intake.examined``)."""

Read = Callable[[Asked, Examination], Reading]
"""Tells what was read of an artifact, to be kept (``Readings.of``)."""


class SecondLook(Protocol):
    """Looks at what is suspicious in another way (``second_look``)."""

    def recalled(self, artifact: Artifact, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Return the outcomes of an examination with what was seen before."""

    def follow(self, verdict: Verdict) -> Work | None:
        """Return the work of looking again; ``None`` if there is no need."""

    def look(self, verdict: Verdict, work: Work) -> Verdict:
        """Return the verdict on everything that is known then; called in a thread."""

    def stop(self) -> None:
        """End a look that is under way, from any thread, and begin no other."""


class Parts(NamedTuple):
    """What works are done with."""

    works: Works
    following: Following
    store: Store
    indexes: Mapping[str, Index]
    examine: Examine
    read: Read
    in_force: InForce
    checks: CheckSet
    second_look: SecondLook | None = None
