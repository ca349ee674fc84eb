"""The port for the review: what waits for a person, and what people did about it.

Promises, beside those of ``airlock.store.interface``:

- A step, the waiver that comes of it or ends by it, and their entries in the log are one.
- Steps are only ever added.
"""

import datetime as dt
from abc import ABC, abstractmethod
from typing import NamedTuple

from airlock.model import ProjectName
from airlock.model.access import Within
from airlock.model.review import Group, Held, Selection, Step, Subject
from airlock.model.waiver import Revocation, Waiver


class Review(NamedTuple):
    """Everything that was done about one file or one name."""

    held: Held | None
    """``None`` if its newest verdict admits it, or there is none."""
    steps: tuple[Step, ...]
    """The oldest first."""


class Change(NamedTuple):
    """A step and what comes of it."""

    step: Step
    assignee: str
    """As it is from then on."""
    proposal: str
    """Likewise."""
    waiver: Waiver | None = None
    """To be added."""
    revocation: Revocation | None = None
    """To be added."""


class Sought(NamedTuple):
    """Which waivers are wanted; what is empty selects nothing out."""

    ended: bool = False
    """Those that ended or were revoked, in place of those in force."""
    text: str = ""
    """Part of what they are about, of who made them or of their reason."""
    within: Within = ()
    """Only those about projects that these cover."""
    limit: int = 50
    offset: int = 0


class Kept(NamedTuple):
    """A waiver, and what is known of it."""

    waiver: Waiver
    project: ProjectName | None
    """``None``: nothing is known of its file here."""
    filename: str
    """Of the file that it is about, if anything is known of that."""
    step: Step | None
    """Of the review that it came of; ``None``: it was made at the machine."""

    @property
    def title(self) -> str:
        """What it is about, for a person."""
        if not self.filename:
            return self.waiver.about
        check = self.waiver.check
        return f"what {check} finds in {self.filename}" if check else self.filename


class Reviews(ABC):
    """What waits for people. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def queue(self, selection: Selection, now: dt.datetime) -> tuple[Held, ...]:
        """Return what nobody decided about, as far as it was selected.

        What a waiver on the file, its release, its project or its name stands above at that time is
        left out, unless what people were asked is wanted (``Selection.waits_for_people``).
        """

    @abstractmethod
    def count(self, selection: Selection, now: dt.datetime) -> int:
        """Return how much there is of it, without limits."""

    @abstractmethod
    def groups(self, selection: Selection, now: dt.datetime) -> tuple[Group, ...]:
        """Return the campaigns in it, the largest first."""

    @abstractmethod
    def review(self, subject: Subject) -> Review:
        """Return what is known of the review of a file or a name."""

    @abstractmethod
    def step(self, step_id: str) -> Step | None:
        """Return a step."""

    @abstractmethod
    def ending(self, begin: dt.datetime, end: dt.datetime) -> tuple[Waiver, ...]:
        """Return the waivers that end after a time, and at another at the latest; none revoked."""

    @abstractmethod
    def kept(self, sought: Sought, now: dt.datetime) -> tuple[tuple[Kept, ...], int]:
        """Return a page of the waivers that are sought, the newest first, and how many there are.

        That takes the same number of questions to the store, however many there are.
        """

    @abstractmethod
    def latest(self, limit: int) -> tuple[Step, ...]:
        """Return the last steps, the newest first."""

    @abstractmethod
    def take(self, change: Change, *, after: int) -> None:
        """Add a step with what comes of it.

        Args:
            change: what is to be added.
            after: how many steps the review had when it was decided on.

        Raises:
            Outdated: if somebody took a step meanwhile; nothing is added then.
        """
