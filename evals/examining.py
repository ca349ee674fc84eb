"""Examines archives as the product does, and takes down what each costs.

Archives go through lanes: processes that examine one archive after the other, each in a child of
its own. A lane has one child at a time, so that the operating system's account of its dead children
(``getrusage``) grows by exactly one examination.
"""

import concurrent.futures
import datetime as dt
import functools
import multiprocessing
import resource
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from airlock import vetting
from airlock.checks import CheckSet
from airlock.model import (
    Artifact,
    ArtifactName,
    Decision,
    Finding,
    Outcome,
    Reason,
    Release,
    Severity,
    Sha256,
    Status,
)
from airlock.policy import Policy, decide
from airlock.workers import Examination, Job, Workers
from evals.corpus import Sample
from evals.peers import Peer
from evals.records import PeerAnswer, Record, Seen, Spoke

_FINDINGS_KEPT = 40
_LONGEST_EVIDENCE = 300


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """How archives are examined and judged."""

    policy: Policy
    left_out: frozenset[str] = frozenset()
    """Checks whose outcomes are not counted."""
    now: dt.datetime
    peers: tuple[Peer, ...] = ()


def examine_all(samples: Iterable[Sample], setting: Setting, *, jobs: int) -> Iterator[Record]:
    """Yield a record for every archive, as each is done; the largest are begun first.

    Args:
        samples: in any order.
        setting: for all of them.
        jobs: how many lanes.
    """
    queue = sorted(samples, key=lambda sample: -sample.size)
    context = multiprocessing.get_context("spawn")
    lanes = concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context)
    try:
        work = functools.partial(examine_one, setting=setting)
        for done in concurrent.futures.as_completed([lanes.submit(work, one) for one in queue]):
            yield done.result()
    finally:
        # An interrupted run must not first finish what it has queued.
        lanes.shutdown(cancel_futures=True)


def examine_one(sample: Sample, *, setting: Setting) -> Record:
    """Examine one archive in a child of this process, which must have no other."""
    record = Record(
        label=sample.label,
        name=sample.name,
        version=sample.version,
        filename=sample.filename,
        sha256=sample.sha256,
        kind=str(sample.kind),
        group=sample.group,
        added=sample.added,
        problem=sample.problem,
    )
    if sample.problem:
        return record
    workers, checks = _ready()
    before = _cpu_of_children()
    examination = workers.run(_job(sample, setting.now))
    cpu = _cpu_of_children() - before
    counted = CheckSet(one for one in checks.checks if one.id not in setting.left_out)
    judged = judge(record, examination, counted, setting.policy)
    return msgspec.structs.replace(
        judged,
        cpu_seconds=round(cpu, 4),
        wall_seconds=round(examination.seconds, 4),
        peers={peer.name: _ask(peer, sample) for peer in setting.peers},
    )


@functools.cache
def _ready() -> tuple[Workers, CheckSet]:
    """Load once what every child inherits."""
    import airlock.warm  # noqa: F401 - what the gate loads before it forks
    from airlock import assembly

    return assembly.workers("fork"), assembly.examination_kit()[0]


def _job(sample: Sample, now: dt.datetime) -> Job:
    name = ArtifactName.parse(sample.filename)
    artifact = Artifact(
        sha256=Sha256(sample.sha256),
        size=Path(sample.path).stat().st_size,
        name=name,
        release=Release(project=name.project, version=name.version),
    )
    return Job(artifact=artifact, path=sample.path, now=now)


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _ask(peer: Peer, sample: Sample) -> PeerAnswer:
    before = _cpu_of_children()
    answer = peer.ask(Path(sample.path), sample.filename)
    return msgspec.structs.replace(answer, cpu_seconds=round(_cpu_of_children() - before, 4))


def judge(record: Record, examination: Examination, checks: CheckSet, policy: Policy) -> Record:
    """Return the record with the verdict, and with what each check's part in it was."""
    artifact = examination.job.artifact
    outcomes = [one for one in examination.outcomes if one.check in checks.ids]
    verdict = vetting.judge(artifact, outcomes, policy, checks, now=examination.job.now)
    spoke = {reason.check for reason in verdict.reasons if reason.rule == "finding"}
    if any(reason.rule == "score" for reason in verdict.reasons):
        spoke |= {one.check for one in outcomes if _above_info(one.findings)}
    without = {
        check: _decision(artifact, _silenced(outcomes, check), policy, checks).word
        for check in sorted(spoke)
    }
    return msgspec.structs.replace(
        record,
        decision=verdict.decision.word,
        score=verdict.score,
        reasons=tuple(map(_spoke, verdict.reasons)),
        findings=tuple(_kept(outcomes, evidence=record.label == "benign")),
        without=without,
        failures={o.check: o.reason for o in outcomes if o.status is Status.FAILED},
        unexamined=verdict.decision > Decision.ADMIT
        and all(reason.rule == "floor" for reason in verdict.reasons),
    )


def _decision(
    artifact: Artifact, outcomes: list[Outcome], policy: Policy, checks: CheckSet
) -> Decision:
    projects = {artifact.name.project, artifact.release.project}
    return decide(projects, outcomes, policy, expected=checks.ids)[0]


def _silenced(outcomes: Iterable[Outcome], check: str) -> list[Outcome]:
    return [
        msgspec.structs.replace(one, findings=()) if one.check == check else one for one in outcomes
    ]


def _above_info(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity > Severity.INFO]


def _spoke(reason: Reason) -> Spoke:
    return Spoke(
        decision=reason.decision.word, rule=reason.rule, check=reason.check, message=reason.message
    )


def _kept(outcomes: Iterable[Outcome], *, evidence: bool) -> Iterator[Seen]:
    found = [finding for one in outcomes for finding in _above_info(one.findings)]
    found.sort(key=lambda finding: (-finding.severity.rank, -finding.confidence.rank))
    for finding in found[:_FINDINGS_KEPT]:
        yield Seen(
            check=finding.check,
            severity=finding.severity.value,
            confidence=finding.confidence.value,
            message=finding.message,
            path=finding.path,
            line=finding.line,
            evidence=finding.evidence[:_LONGEST_EVIDENCE] if evidence else "",
        )
