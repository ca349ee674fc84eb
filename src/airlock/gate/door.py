"""The one place where a verdict is enforced, for listings and for downloads alike.

- Keyed by digest and file name, closed by default: without a verdict of today's checks, nothing is
  served. What was not judged yet may be *listed*, because asking for it is what gets it judged.
- The policy is the one in force at that moment, one for all that is asked at once. Where a process
  cannot obey the newest, it lets nothing in and judges nothing.
- A verdict of another policy is judged again from its recorded outcomes; a verdict of other checks
  is examined again before anything is served.
- What a name may not do, nothing under it may: a file is served only from the source that owns its
  project, and only if the name itself is let in.
- What is publicly known of a release is asked anew each time: a release that turns out to be
  malware tonight is refused tonight.
- A waiver overrides a verdict until it expires, and says so in the ruling. It moves no name from
  one owner to another; past known malware only one of the very digest leads. The narrower decides
  before the broader, the newer before the older. Where waivers take away what checks found, what is
  left of a verdict is judged; one of a name takes away what speaks against the name.
- A file that the policy's age rule finds too young is held, listed nowhere and not even fetched,
  until its time has come or a waiver says otherwise. Of a project in quarantine nothing is served.
- Recorded, never changed: every judgement is appended to the store.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from airlock import reviewing, vetting
from airlock.advising import Advising
from airlock.checks import CheckSet
from airlock.gate.ageing import by_age
from airlock.gate.names import Names
from airlock.gate.ruling import Asked, Ruling, by_advice, by_name, spared, waived
from airlock.model import (
    Artifact,
    ArtifactName,
    Decision,
    Outcome,
    PolicyVersion,
    ProjectName,
    Verdict,
)
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import HERE, Holding, Owner
from airlock.model.waiver import Reach, Waiver
from airlock.policy import Policy
from airlock.policy.in_force import InForce
from airlock.store import Standing, Store

__all__ = ["Asked", "Door", "Ruling"]


class Door:
    """Decides who passes.

    Args:
        store: of verdicts and waivers.
        in_force: the policy.
        checks: whose verdicts count.
        names: rules on names.
        advising: knows what is publicly known of releases.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a decision is made of
        self,
        store: Store,
        in_force: InForce,
        checks: CheckSet,
        names: Names,
        advising: Advising,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._names = names
        self._advising = advising
        self._in_force = in_force
        self._versions: tuple[Policy, dt.date, PolicyVersion] | None = None
        self._checks = checks
        self._checks_version = checks.version
        self._clock = clock

    def decide(self, asked: Asked) -> Ruling:
        """Rule on one artifact."""
        return self.decide_all([asked])[0]

    def decide_hosted(self, asked: Asked) -> Ruling:
        """Rule on an upload before it is recorded, as if its project belonged to this index."""
        return self.decide_as_if(asked, self._store.waivers(self._clock()), hosted=True)

    def decide_as_if(
        self, asked: Asked, waivers: Iterable[Waiver], *, hosted: bool = False
    ) -> Ruling:
        """Rule on one artifact as if these were the waivers that hold, the newest first.

        Args:
            asked: the artifact.
            waivers: all of them.
            hosted: as if its project belonged to this index.
        """
        standing = self._store.latest_verdicts([asked.sha256]).get(asked.sha256)
        if trouble := self._in_force.trouble:
            return self._held(asked, standing, trouble)
        name = self._of_name(asked.project)
        if hosted:
            name = name._replace(holding=Holding(project=asked.project, owner=HERE), own=True)
        return self._rule(asked, standing, name, waivers, self._in_force.policy)

    def decide_all(self, asked: Iterable[Asked]) -> list[Ruling]:
        """Rule on several artifacts, in their order, with few questions to the store."""
        asked = list(asked)
        policy, trouble = self._in_force.policy, self._in_force.trouble
        standings = self._store.latest_verdicts([one.sha256 for one in asked])
        if trouble:
            return [self._held(one, standings.get(one.sha256), trouble) for one in asked]
        waivers = self._store.waivers(self._clock())
        names = {project: self._of_name(project) for project in {one.project for one in asked}}
        return [
            self._rule(one, standings.get(one.sha256), names[one.project], waivers, policy)
            for one in asked
        ]

    def _held(self, asked: Asked, standing: Standing | None, trouble: str) -> Ruling:
        """Let nothing in where the policy is not known; what was refused stays refused."""
        refused = standing is not None and standing.decision is Decision.REFUSE
        return Ruling(
            asked=asked,
            decision=Decision.REFUSE if refused else Decision.HOLD,
            current=True,
            headline=standing.headline if standing and refused else f"hold: {trouble}",
            holding=self._names.holding(asked.project),
            unsure=not refused,
        )

    def _of_name(self, project: ProjectName) -> "_OfName":
        holding = self._names.holding(project)
        return _OfName(holding, self._names.verdict(project), own=holding.owner.here)

    def judge(self, artifact: Artifact, outcomes: Sequence[Outcome], *, seconds: float) -> Verdict:
        """Judge an artifact by today's policy from the outcomes of its checks, and record it."""
        return self._judge(artifact, outcomes, self._in_force.policy, seconds)

    def _judge(
        self, artifact: Artifact, outcomes: Sequence[Outcome], policy: Policy, seconds: float
    ) -> Verdict:
        verdict = vetting.judge(
            artifact, outcomes, policy, self._checks, now=self._clock(), seconds=seconds
        )
        self._store.append_verdict(verdict)
        return verdict

    def _rule(
        self,
        asked: Asked,
        standing: Standing | None,
        name: "_OfName",
        waivers: Iterable[Waiver],
        policy: Policy,
    ) -> Ruling:
        if never := self._never(asked, name, policy):
            return Ruling(
                asked=asked,
                decision=Decision.REFUSE,
                current=True,
                headline=f"refuse: {never}",
                holding=name.holding,
                of_name=True,
            )
        ruling = self._by_verdict(asked, standing, name.holding, policy)
        artifact = ArtifactName.parse(asked.filename)
        advice = self._advising.advice(artifact, now=self._clock())
        about = (asked.sha256, asked.project, artifact.version)
        waivers = list(waivers)
        # What was decided about these very bytes comes before what was decided about the project.
        for waiver in sorted(waivers, key=lambda waiver: waiver.reach.breadth):
            of_these_bytes = waiver.sha256 is not None
            if waiver.covers(*about) and (of_these_bytes or not advice.malware):
                return waived(ruling, waiver) if ruling.current else ruling
        sparing = [waiver for waiver in waivers if waiver.spares(*about)]
        if sparing and ruling.current and ruling.decision is not Decision.ADMIT:
            ruling = self._spared(ruling, sparing, policy)
        if not any(_lets_name_in(waiver, asked.project) for waiver in waivers):
            ruling = by_name(ruling, name.verdict)
        ruling = by_advice(ruling, advice)
        return by_age(ruling, policy.age, self._advising, self._clock())

    def _never(self, asked: Asked, name: "_OfName", policy: Policy) -> str:
        """Return what no waiver overrides, or nothing."""
        if asked.project in policy.deny:
            return f"the policy denies the project {asked.project}"
        owned = name.own if asked.source is None else self._names.owns(name.holding, asked.source)
        if not owned:
            return f"{asked.project} belongs to {name.holding.owner}, not to {Owner(asked.source)}"
        return asked.withdrawn

    def _by_verdict(
        self, asked: Asked, standing: Standing | None, holding: Holding, policy: Policy
    ) -> Ruling:
        if standing is None or not _is_about(standing, asked):
            return Ruling(asked=asked, decision=None, holding=holding)
        current = standing.checks_version == self._checks_version
        if current and standing.policy != self._version_of(policy):
            standing = self._judged_again(asked, policy)
            if standing is None:
                return Ruling(asked=asked, decision=None, holding=holding)
        return Ruling(
            asked=asked,
            decision=standing.decision,
            current=current,
            headline=standing.headline,
            holding=holding,
        )

    def _spared(self, ruling: Ruling, waivers: Sequence[Waiver], policy: Policy) -> Ruling:
        """Return what is left of a ruling without what the checks of waivers found."""
        verdict = self._store.latest_verdict(ruling.asked.sha256)
        if verdict is None or not _is_about(Standing.of(verdict), ruling.asked):
            return ruling
        checks = frozenset(waiver.check for waiver in waivers)
        rest = vetting.judge(
            verdict.artifact,
            reviewing.without(verdict.outcomes, checks),
            policy,
            self._checks,
            now=self._clock(),
        )
        return spared(ruling, rest, waivers)

    def _version_of(self, policy: Policy) -> PolicyVersion:
        """Return today's version of a policy: it changes when a suppression ends."""
        today, known = self._clock().date(), self._versions
        if known is None or known[0] is not policy or known[1] != today:
            known = self._versions = (policy, today, policy.at(today).version)
        return known[2]

    def _judged_again(self, asked: Asked, policy: Policy) -> Standing | None:
        verdict = self._store.latest_verdict(asked.sha256)
        # Another process may have judged the same bytes under another name meanwhile.
        if verdict is None or not _is_about(Standing.of(verdict), asked):
            return None
        again = self._judge(verdict.artifact, verdict.outcomes, policy, verdict.seconds)
        return Standing.of(again)


def _is_about(standing: Standing, asked: Asked) -> bool:
    """Tell whether a verdict answers for these bytes under this name, of this project."""
    return (standing.filename, standing.project) == (asked.filename, asked.project)


def _lets_name_in(waiver: Waiver, project: ProjectName) -> bool:
    admits = waiver.decision is Decision.ADMIT
    return admits and waiver.reach is Reach.NAME and waiver.is_about_name(project)


class _OfName(NamedTuple):
    """What is known of the name that several artifacts share."""

    holding: Holding
    verdict: NameVerdict
    own: bool
    """The project is hosted here, or about to be."""
