"""The port for policies: what is in force, what was, and dry runs of what might be.

- Revisions are only ever added, each in one transaction with its entry in the log; whatever was
  rendered by the one before counts as changed from then on.
- Dry runs are kept for a while and judge nothing.
"""

import datetime as dt
from abc import ABC, abstractmethod
from typing import NamedTuple

from airlock.model import Sha256, Verdict
from airlock.model.people import Stamp
from airlock.model.policies import Draft, DryRun, Progress, Proposal, Revision


class Period(NamedTuple):
    """What was judged in a time."""

    since: dt.datetime
    """In UTC."""
    first: int
    """The number of the first verdict in it; beyond ``last`` if there is none."""
    last: int
    """The number of the last verdict until its end."""
    number: int
    """How many digests stood by a verdict of it at its end."""


class Judged(NamedTuple):
    """A verdict that stands, in the order in which verdicts were added."""

    seq: int
    sha256: Sha256
    filename: str
    verdict: Verdict | None
    """``None``: what is stored cannot be read."""


class Policies(ABC):
    """The policies of a store. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def newest_number(self) -> int:
        """Return the number of the revision in force; 0 if there is none. Quick."""

    @abstractmethod
    def revision(self, number: int) -> Revision | None:
        """Return a revision."""

    @abstractmethod
    def history(self, *, before: int | None, limit: int) -> tuple[Revision, ...]:
        """Return revisions, the newest first; only those below a number, if one is given."""

    @abstractmethod
    def by_version(self, version: str) -> int:
        """Return the number of the newest revision with a version; 0 if there is none."""

    @abstractmethod
    def save(self, draft: Draft, *, after: int) -> Revision:
        """Put a policy in force.

        Args:
            draft: the policy.
            after: the number of the revision that its author saw in force.

        Raises:
            Outdated: if another one is in force by now.
        """

    @abstractmethod
    def propose(self, proposal: Proposal) -> None:
        """Let a policy wait for a second person.

        Raises:
            Outdated: if another one is in force by now, or waits already.
        """

    @abstractmethod
    def proposal(self) -> Proposal | None:
        """Return the policy that waits for a second person."""

    @abstractmethod
    def confirm(self, proposal_id: str, draft: Draft) -> Revision:
        """Put what waits in force, with who agreed.

        Args:
            proposal_id: of what waits.
            draft: the same policy, by both.

        Raises:
            Outdated: if it does not wait any more, or another one is in force by now.
        """

    @abstractmethod
    def withdraw(self, proposal_id: str, stamp: Stamp) -> None:
        """Let a policy wait no more.

        Raises:
            Outdated: if it does not wait.
        """

    @abstractmethod
    def announce(self, draft: Draft) -> Revision | None:
        """Put the policy of a file in force, if it is not the one that a file brought last.

        Returns:
            The new revision; ``None`` if nothing changed.
        """

    @abstractmethod
    def period(self, since: dt.datetime) -> Period:
        """Return what was judged from a time on until now."""

    @abstractmethod
    def judged(self, period: Period, *, begin: int, end: int) -> tuple[Judged, ...]:
        """Return the verdicts of a period by which digests stood at its end, the newest first.

        Args:
            period: whatever is added after its end changes nothing in it.
            begin: the least number of those that are looked at.
            end: the number up to which, not included.
        """

    @abstractmethod
    def begin_run(self, run: DryRun) -> None:
        """Remember a dry run, and forget those beyond the newest twenty."""

    @abstractmethod
    def note_run(self, run_id: str, progress: Progress, result: bytes, problem: str = "") -> bool:
        """Write down how far a dry run is.

        Returns:
            False if it was cancelled or forgotten meanwhile: then nothing is written.
        """

    @abstractmethod
    def cancel_run(self, run_id: str) -> None:
        """End a dry run; one that has ended stays as it is."""

    @abstractmethod
    def run(self, run_id: str) -> DryRun | None:
        """Return a dry run."""

    @abstractmethod
    def runs(self, limit: int) -> tuple[DryRun, ...]:
        """Return the newest dry runs, without their results."""
