"""Values to store: small, and different where a test says so."""

import datetime as dt

from airlock.model import (
    Artifact,
    ArtifactName,
    Confidence,
    Decision,
    Finding,
    ListedFile,
    Outcome,
    PolicyVersion,
    ProjectListing,
    ProjectName,
    Reason,
    Release,
    Severity,
    Sha256,
    Status,
    Verdict,
)
from airlock.model.waiver import Waiver
from airlock.profiles import Profile
from airlock.store import Store
from airlock.store.readings import Reading

NOW = dt.datetime(2026, 11, 23, 12, 30, 15, 123456, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SOURCE = "https://index.example/simple/"


def digest(number: int) -> Sha256:
    return Sha256.of(b"example %d" % number)


def listed(
    number: int = 0, *, filename: str = "", upload_time: dt.datetime | None = NOW
) -> ListedFile:
    name = filename or f"example-{number}.0.tar.gz"
    return ListedFile(
        filename=name,
        url=f"https://files.example/{name}",
        sha256=digest(number),
        size=1000 + number,
        upload_time=upload_time,
        requires_python=">=3.8",
    )


def listing(
    *files: ListedFile, project: str = "example", source: str = SOURCE, etag: str | None = None
) -> ProjectListing:
    return ProjectListing(
        project=ProjectName(project), source=source, files=files, fetched_at=NOW, etag=etag
    )


def artifact(number: int = 0, *, project: str = "example", filename: str = "") -> Artifact:
    name = ArtifactName.parse(filename or f"{project}-{number}.0.tar.gz")
    release = Release(
        project=ProjectName(project),
        version=name.version,
        source=SOURCE,
        listed=listed(number, filename=name.filename),
    )
    return Artifact(digest(number), 1000 + number, name, release)


def verdict(  # noqa: PLR0913 - what tests vary
    number: int = 0,
    decision: Decision = Decision.ADMIT,
    *,
    checks_version: str = "checks-1",
    decided_at: dt.datetime = NOW,
    message: str = "decodes text and runs it",
    project: str = "example",
) -> Verdict:
    finding = Finding(
        check="code-decode-exec",
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        message=message,
        path="setup.py",
        line=3,
        evidence="exec(b64decode(…))",
    )
    outcome = Outcome(check="code-decode-exec", version=2, status=Status.SAW, findings=(finding,))
    return Verdict(
        artifact=artifact(number, project=project),
        decision=decision,
        score=0.25,
        reasons=(Reason(decision, "code", message, "code-decode-exec"),),
        outcomes=(outcome,),
        policy=PolicyVersion("default", "policy-1"),
        checks_version=checks_version,
        decided_at=decided_at,
        seconds=0.5,
    )


def waiver(
    waiver_id: str = "w1",
    *,
    sha256: Sha256 | None = None,
    project: str = "",
    begin: dt.datetime = NOW,
    end: dt.datetime = NOW + 7 * DAY,
) -> Waiver:
    return Waiver(
        id=waiver_id,
        decision=Decision.ADMIT,
        reason="read by hand, line by line",
        by="Ada Example",
        created_at=begin,
        expires_at=end,
        sha256=sha256,
        project=ProjectName(project) if project else None,
    )


def keep_profile(store: Store, project: ProjectName, profile: Profile) -> None:
    store.keep_reading(Reading(project, (profile.sha256, profile.name.filename), profile))
