"""The whole of what the system does to an artifact: open, ask every check, decide.

Pure but for reading the one file it is given. ``airlock.workers`` runs ``examine`` in a process of
its own; nothing else does anything to an artifact.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from airlock.archive import Limits, open_archive
from airlock.archive.emptiness import NOTHING
from airlock.checks import CheckSet, Subject, run_checks
from airlock.errors import TargetNotFound
from airlock.evidence import Facts
from airlock.evidence.behaviour import Behaviour
from airlock.model import (
    Artifact,
    ArtifactName,
    Outcome,
    PolicyVersion,
    Release,
    Sha256,
    Status,
    Verdict,
)
from airlock.policy import Policy, decide
from airlock.policy.suppression import mark

BEHAVIOUR = "behaviour-"
"""How the ids of the checks begin that ask what an artifact did."""
_CHUNK_BYTES = 1 << 20


def identify(path: Path, release: Release | None = None) -> Artifact:
    """Return what a file is: its digest, size and name.

    Args:
        path: the file; its name must be a wheel's, an sdist's or that of a package of conda.
        release: what an index said of it; without one, its file name speaks.

    Raises:
        InvalidFilename: if the name is neither a wheel's nor an sdist's.
        TargetNotFound: if it cannot be read.
    """
    name = ArtifactName.of_file(path.name)
    if release is None:
        release = Release(project=name.project, version=name.version)
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise TargetNotFound(f"{path} cannot be read: {error.strerror}") from error
    return Artifact(sha256=Sha256(digest.hexdigest()), size=size, name=name, release=release)


def examine(  # noqa: PLR0913 - what an examination is made of
    artifact: Artifact,
    path: Path,
    checks: CheckSet,
    facts: Facts,
    limits: Limits,
    *,
    afterwards: Callable[[Subject], None] | None = None,
) -> Iterator[Outcome]:
    """Open the artifact and yield the outcome of every check, each as soon as it is known.

    Args:
        artifact: which it is.
        path: where its bytes are.
        checks: that are asked.
        facts: that they may use.
        limits: of reading.
        afterwards: called with the open artifact when every outcome was taken.

    Raises:
        ArchiveError: if nothing at all of the file could be read.
    """
    with open_archive(path, artifact.name, limits) as reading:
        subject = Subject(artifact, reading, facts)
        yield from run_checks(checks, subject)
        if afterwards is not None:
            afterwards(subject)


def judge(  # noqa: PLR0913 - a verdict records exactly these
    artifact: Artifact,
    outcomes: Sequence[Outcome],
    policy: Policy,
    checks: CheckSet,
    *,
    now: dt.datetime,
    seconds: float = 0.0,
) -> Verdict:
    """Return the verdict that a policy gives on outcomes, at a time given in UTC."""
    rules = policy.at(now.date())
    version: PolicyVersion = rules.version
    projects = {artifact.name.project, artifact.release.project}
    decision, score, reasons = decide(projects, outcomes, rules, expected=checks.ids)
    return Verdict(
        artifact=artifact,
        decision=decision,
        score=score,
        reasons=reasons,
        outcomes=mark(outcomes, rules.suppress),
        policy=version,
        checks_version=checks.version,
        decided_at=now,
        seconds=round(seconds, 3),
    )


def joined(
    artifact: Artifact,
    outcomes: Iterable[Outcome],
    behaviour: Behaviour,
    checks: CheckSet,
    now: dt.datetime,
) -> list[Outcome]:
    """Return the outcomes of an examination with what was seen in a sandbox.

    A suspicion does not go away because nothing happened: only the checks of the behaviour are
    asked anew, every other outcome stays.

    Args:
        artifact: which it is.
        outcomes: of an examination.
        behaviour: what it did.
        checks: all that there are.
        now: the time in UTC.
    """
    subject = Subject(artifact, NOTHING, Facts(now=now, behaviour=behaviour))
    family = CheckSet(one for one in checks.checks if one.id.startswith(BEHAVIOUR))
    seen = {outcome.check: outcome for outcome in run_checks(family, subject)}
    return [seen.get(outcome.check, outcome) for outcome in outcomes]


def was_watched(verdict: Verdict) -> bool:
    """Tell whether a verdict is on what was seen, too."""
    return any(
        outcome.check.startswith(BEHAVIOUR) and outcome.status is not Status.SKIPPED
        for outcome in verdict.outcomes
    )


def vet(artifact: Artifact, path: Path, checks: CheckSet, policy: Policy, facts: Facts) -> Verdict:
    """Examine and judge an artifact in this process.

    Raises:
        ArchiveError: if nothing at all of the file could be read.
    """
    outcomes = list(examine(artifact, path, checks, facts, Limits()))
    return judge(artifact, outcomes, policy, checks, now=facts.now)
