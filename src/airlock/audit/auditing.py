"""Holds what a project depends on against what is publicly known.

- Nothing is clean that was not looked at: without a database, with a stale or damaged one, without
  a certain version, the answer is ``unauditable`` with the reason.
- What is known against a dependency counts, also where more could not be looked at.
- Every dependency of every source has its place in the result, in order; duplicates are asked once.
"""

import datetime as dt
import functools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from airlock.audit.vex import Vex
from airlock.errors import NotExamined
from airlock.evidence.advisories import Advisories, Known
from airlock.model import Decision, Dependency, Inventory, ProjectName
from airlock.model.advisory import Advisory, AdvisoryDatabase
from airlock.model.audit import Audit, Audited, AuditEvidence, AuditStatus, Ignored, Reach
from airlock.model.name_verdict import NameVerdict
from airlock.policy import Policy
from airlock.policy.ignoring import Ignore, remarks_on_ignores

Release = tuple[ProjectName, str]
Asked = Mapping[Release, Known | str]
"""What somebody else than the database knows: an answer, or why there is none."""

_NO_VERSION = "nothing says which version is meant"


class _Answer(NamedTuple):
    known: Known
    reason: str
    evidence: AuditEvidence


class Auditor:
    """Composes an audit.

    Args:
        advisories: the database.
        policy: that decides.
        ignores: vulnerabilities that somebody answers for, those of the policy left out.
        clock: gives the time in UTC.
        fallback: asks the index about releases, where there is no database at all; ``None`` to ask
            nobody.
        vex: what OpenVEX documents say.
        names: judges a name by itself; ``None`` to ask nobody.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is a port or a value of its own
        self,
        advisories: Advisories,
        policy: Policy,
        ignores: Iterable[Ignore],
        clock: Callable[[], dt.datetime],
        fallback: Callable[[Sequence[Release]], Asked] | None = None,
        vex: Vex | None = None,
        names: Callable[[ProjectName], NameVerdict] | None = None,
    ) -> None:
        self._advisories = advisories
        self._policy = policy
        self._ignores = (*policy.advisories.ignore, *ignores)
        self._clock = clock
        self._vex = vex or Vex()
        self._fallback = fallback
        self._names = functools.cache(names) if names is not None else None

    def audit(
        self,
        inventories: Sequence[Inventory],
        reach: Callable[[Dependency], Reach | None] = lambda _: None,
    ) -> Audit:
        """Audit everything that some sources depend on.

        Args:
            inventories: what was read.
            reach: tells of a vulnerable dependency whether the project imports anything of it.
        """
        begun, now = time.monotonic(), self._clock()
        wanted = [one for inventory in inventories for one in inventory.dependencies]
        database, trouble = self._database(now)
        asker = self._answers(wanted, database, trouble)
        audited = tuple(self._audited(one, asker(one), reach, now.date()) for one in wanted)
        notes = [note for inventory in inventories for note in inventory.notes]
        return Audit(
            audited=audited,
            database=database,
            trouble=trouble,
            policy=self._policy.at(now.date()).version,
            origins=tuple(inventory.origin for inventory in inventories),
            notes=(*notes, *self._remarks(audited, now.date()), *self._vex.notes()),
            made_at=now,
            seconds=round(time.monotonic() - begun, 3),
        )

    def _database(self, now: dt.datetime) -> tuple[AdvisoryDatabase | None, str]:
        trouble = self._advisories.trouble(now)
        try:
            return self._advisories.database, trouble
        except NotExamined:
            return None, trouble

    def _answers(
        self, wanted: Iterable[Dependency], database: AdvisoryDatabase | None, trouble: str
    ) -> Callable[[Dependency], _Answer]:
        releases = list(dict.fromkeys(one for each in wanted if (one := _release(each))))
        asked: Asked = {}
        if self._advisories.absent and self._fallback is not None:
            asked = self._fallback(releases)
        known = {one: self._answer(one, database, trouble, asked.get(one)) for one in releases}

        def answer(dependency: Dependency) -> _Answer:
            release = _release(dependency)
            if release is None:
                reason = dependency.unauditable or _NO_VERSION
                return _Answer(Known(), reason, AuditEvidence.NOBODY)
            return known[release]

        return answer

    def _answer(
        self,
        release: Release,
        database: AdvisoryDatabase | None,
        trouble: str,
        asked: Known | str | None,
    ) -> _Answer:
        if isinstance(asked, Known):
            return _Answer(asked, "", AuditEvidence.INDEX)
        if database is None:
            reason = f"{trouble}; {asked}" if asked else trouble
            return _Answer(Known(), reason, AuditEvidence.NOBODY)
        try:
            known = self._advisories.known(*release)
        except NotExamined as error:
            return _Answer(Known(), str(error), AuditEvidence.DATABASE)
        return _Answer(known, trouble or "; ".join(known.blind), AuditEvidence.DATABASE)

    def _audited(
        self,
        dependency: Dependency,
        answer: _Answer,
        reach: Callable[[Dependency], Reach | None],
        today: dt.date,
    ) -> Audited:
        found = [(one, self._ignored(one, dependency, today)) for one in answer.known.advisories]
        counted = tuple(advisory for advisory, ignored in found if ignored is None)
        seen = reach(dependency) if counted else None
        status = AuditStatus.CLEAN
        if counted:
            status = AuditStatus.VULNERABLE
        elif answer.reason:
            status = AuditStatus.UNAUDITABLE
        naming = self._naming(dependency)
        decision = self._decision(counted, answer.reason, seen)
        return Audited(
            dependency=dependency,
            status=status,
            decision=max(decision, naming.decision) if naming else decision,
            naming=naming,
            reason=answer.reason,
            advisories=counted,
            ignored=tuple(ignored for _, ignored in found if ignored is not None),
            upgrade=answer.known.upgrade if counted else "",
            evidence=answer.evidence,
            reach=seen,
        )

    def _naming(self, dependency: Dependency) -> NameVerdict | None:
        """Return what is to be said of a name, whatever is known of its versions."""
        if self._names is None or dependency.project is None:
            return None
        verdict = self._names(dependency.project)
        return verdict if verdict.decision > Decision.ADMIT else None

    def _ignored(
        self, advisory: Advisory, dependency: Dependency, today: dt.date
    ) -> Ignored | None:
        project, version = dependency.project, dependency.version
        if project is None or version is None:
            return None
        for ignore in self._ignores:
            if ignore.covers(advisory, project, today):
                return _ignored(advisory, ignore)
        return self._vex.ignored(project, version, advisory)

    def _decision(self, counted: Iterable[Advisory], reason: str, reach: Reach | None) -> Decision:
        imported = reach.imported if reach else None
        rules = self._policy.advisories
        decided = [rules.of_dependency(advisory, imported=imported) for advisory in counted]
        return max([*decided, Decision.HOLD if reason else Decision.ADMIT])

    def _remarks(self, audited: Iterable[Audited], today: dt.date) -> Iterable[str]:
        found = [
            (one.dependency.project, advisory)
            for one in audited
            if one.dependency.project is not None
            for advisory in (*one.advisories, *(ignored.advisory for ignored in one.ignored))
        ]
        return remarks_on_ignores(self._ignores, found, today)


def _release(dependency: Dependency) -> Release | None:
    if dependency.unauditable or dependency.project is None or dependency.version is None:
        return None
    return dependency.project, dependency.version


def _ignored(advisory: Advisory, ignore: Ignore) -> Ignored:
    return Ignored(
        advisory=advisory, reason=ignore.reason, origin=ignore.origin, until=ignore.until
    )
