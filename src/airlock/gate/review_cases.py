"""What is under review, as the door has it now, and as it would have it after a decision.

- A file is known by its newest verdict, a name by that of this day: both are what is enforced.
- A name is under review if a verdict on it was ever recorded, which only names have that an
  upstream has: nobody decides about inventions.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from airlock.errors import AirlockError, TargetNotFound
from airlock.gate.catalogue import Catalogue
from airlock.gate.door import Asked, Door, Ruling
from airlock.gate.names import NameRuling, Names
from airlock.model import Decision, ProjectName, Sha256, Verdict
from airlock.model.name_verdict import NameVerdict
from airlock.model.review import Held, Subject
from airlock.model.waiver import Waiver
from airlock.reviewing import Case
from airlock.store import Records


def absent(subject: Subject) -> TargetNotFound:
    """Return what is raised where there is nothing to review."""
    if isinstance(subject, ProjectName):
        return TargetNotFound(f"the name {subject} was never judged here")
    return TargetNotFound("nothing with this digest was examined here")


class Opened(NamedTuple):
    """One file or name under review."""

    case: Case
    ruling: Ruling | NameRuling
    verdict: Verdict | NameVerdict
    held: Held | None
    waivers: tuple[Waiver, ...]
    """In force, that are about it."""


class Cases:
    """Opens what is under review.

    Args:
        records: of verdicts, steps and waivers.
        door: that obeys.
        catalogue: knows what is offered.
        names: rule on names.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        records: Records,
        door: Door,
        catalogue: Catalogue,
        names: Names,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = records.store
        self._reviews = records.reviews
        self._door = door
        self._catalogue = catalogue
        self._names = names
        self._clock = clock

    def opened(self, subject: Subject) -> Opened:
        """Return a file or a name as it stands.

        Raises:
            TargetNotFound: if it was never judged here.
        """
        waivers = self._store.waivers(self._clock())
        if isinstance(subject, ProjectName):
            return self._name(subject, waivers)
        return self._file(subject, waivers)

    def _file(self, sha256: Sha256, waivers: tuple[Waiver, ...]) -> Opened:
        verdict = self.verdict(sha256)
        artifact = verdict.artifact
        asked = self._offered(verdict)
        ruling, strict = self.ask(asked, waivers), _strict(waivers)
        otherwise = self.ask(asked, strict) if len(strict) < len(waivers) else ruling
        held, steps = self._reviews.review(sha256)
        case = Case(
            subject=sha256,
            project=artifact.release.project,
            version=artifact.name.version,
            steps=steps,
            decision=_decision(ruling),
            headline=ruling.headline,
            otherwise=_decision(otherwise),
            checks=frozenset(one.check for one in verdict.outcomes if one.findings),
        )
        about = (sha256, artifact.release.project, artifact.name.version)
        mine = tuple(one for one in waivers if one.covers(*about) or one.spares(*about))
        return Opened(case, ruling, verdict, held, mine)

    def _name(self, project: ProjectName, waivers: tuple[Waiver, ...]) -> Opened:
        if self._store.latest_name_verdict(project) is None:
            raise absent(project)
        ruling = self._names.ruling_as_if(project, waivers)
        held, steps = self._reviews.review(project)
        case = Case(
            subject=project,
            project=project,
            steps=steps,
            decision=ruling.decision,
            headline=ruling.headline,
            otherwise=self._names.ruling_as_if(project, _strict(waivers)).decision,
        )
        mine = tuple(one for one in waivers if one.is_about_name(project))
        return Opened(case, ruling, ruling.verdict, held, mine)

    def ask_again(self, opened: Opened, waivers: Sequence[Waiver]) -> Ruling | NameRuling:
        """Return what would be said of it if these were the waivers that hold."""
        if isinstance(opened.ruling, NameRuling):
            return self._names.ruling_as_if(opened.case.project, waivers)
        return self.ask(opened.ruling.asked, waivers)

    def ask(self, asked: Asked, waivers: Sequence[Waiver]) -> Ruling:
        """Return what the door would say of a file if these were the waivers that hold."""
        # What was uploaded here and held is recorded nowhere yet: its project may have no owner.
        return self._door.decide_as_if(asked, waivers, hosted=asked.source is None)

    def verdict(self, sha256: Sha256) -> Verdict:
        """Return the newest verdict on a file.

        Raises:
            TargetNotFound: if there is none.
        """
        verdict = self._store.latest_verdict(sha256)
        if verdict is None:
            raise absent(sha256)
        return verdict

    def _offered(self, verdict: Verdict) -> Asked:
        artifact = verdict.artifact
        release = artifact.release
        asked = Asked(artifact.sha256, artifact.name.filename, release.project, release.source)
        if release.source is None:
            return asked
        try:
            offer = self._catalogue.kept(self._names.holding(release.project))
        except AirlockError:
            return asked
        found = offer.of(artifact.sha256, artifact.name.filename) if offer else None
        return found[1] if found and found[1].source == release.source else asked


def _strict(waivers: Sequence[Waiver]) -> list[Waiver]:
    return [one for one in waivers if one.decision is not Decision.ADMIT]


def _decision(ruling: Ruling) -> Decision:
    return ruling.decision if ruling.decision is not None else Decision.HOLD
