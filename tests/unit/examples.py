"""Values to judge, report and serve: ordinary ones, which a test changes where it has to."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec

from airlock.model import (
    Artifact,
    ArtifactName,
    Confidence,
    Decision,
    Finding,
    ListedFile,
    Outcome,
    PolicyVersion,
    ProjectName,
    Reason,
    Release,
    Severity,
    Sha256,
    Status,
    Verdict,
)

NOW = dt.datetime(2026, 11, 23, 12, 30, tzinfo=dt.UTC)
FILENAME = "example-1.0.tar.gz"
DIGEST = Sha256.of(b"example")
SOURCE = "https://index.example/simple/"


def finding(
    severity: Severity = Severity.CRITICAL,
    confidence: Confidence = Confidence.HIGH,
    **changes: Any,
) -> Finding:
    made = Finding(
        check="code-example",
        severity=severity,
        confidence=confidence,
        message="decodes text and runs it",
        path="setup.py",
        line=3,
        evidence='exec(b64decode("…"))',
    )
    return msgspec.structs.replace(made, **changes)


def outcome(
    check: str = "code-example",
    *findings: Finding,
    status: Status = Status.SAW,
    reason: str = "",
    version: int = 1,
) -> Outcome:
    return Outcome(
        check=check, version=version, status=status, reason=reason, findings=tuple(findings)
    )


def failed(check: str = "code-example", *findings: Finding) -> Outcome:
    return outcome(check, *findings, status=Status.FAILED, reason="one file cannot be read")


def listed(filename: str = FILENAME, **changes: Any) -> ListedFile:
    made = ListedFile(
        filename=filename,
        url=f"https://files.example/{filename}",
        sha256=DIGEST,
        size=7,
        upload_time=NOW,
    )
    return msgspec.structs.replace(made, **changes)


def artifact(
    filename: str = FILENAME, *, sha256: Sha256 = DIGEST, project: str = "", **release: Any
) -> Artifact:
    name = ArtifactName.parse(filename)
    made = Release(project=ProjectName(project or name.project), version=name.version, **release)
    return Artifact(sha256, 7, name, made)


def verdict(
    decision: Decision = Decision.ADMIT,
    *,
    filename: str = FILENAME,
    reasons: Iterable[Reason] = (),
    outcomes: Iterable[Outcome] = (),
    score: float = 0.0,
) -> Verdict:
    return Verdict(
        artifact=artifact(filename),
        decision=decision,
        score=score,
        reasons=tuple(reasons),
        outcomes=tuple(outcomes),
        policy=PolicyVersion("default", "0123456789abcdef"),
        checks_version="fedcba9876543210",
        decided_at=NOW,
        seconds=0.25,
    )
