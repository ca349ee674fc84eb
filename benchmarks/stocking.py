"""A store as of a gate that has run for long: 100,000 artifacts, written in bulk.

Rows are written as the store writes them, but in one transaction: through its methods, each of
which is durable by itself, it would take an hour.
"""

import datetime as dt
import hashlib
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert

from airlock import assembly
from airlock.assembly.gating import GateParts
from airlock.checks import CheckSet
from airlock.model import (
    Artifact,
    ArtifactName,
    Confidence,
    Decision,
    Finding,
    ListedFile,
    Outcome,
    ProjectListing,
    ProjectName,
    Reason,
    Release,
    Severity,
    Sha256,
    Status,
    Verdict,
)
from airlock.model.serving import Serving
from airlock.model.wire import encode
from airlock.store.browsing_tables import descriptions, requirements
from airlock.store.review_tables import held
from airlock.store.tables import artifacts, changes, verdicts
from airlock.workers import Examination, Job
from tests.simulators.upstream import make_wheel

ARTIFACTS = 100_000
PER_PROJECT = 5
LARGE = ProjectName("harbour-of-thousands")
"""A project with as many files as the largest that people install have."""
LARGE_FILES = 4_000
REAL = ProjectName("tidal-gauges")
"""A project with real archives, and a description of 30 kB."""
_ROWS_AT_ONCE = 5_000
_WORDS = "harbour tide gauge lantern anchor buoy chart pilot keel mast reef sail knot dock".split()
_NOW = dt.datetime.now(dt.UTC)


def stock(inner: GateParts, checks: CheckSet) -> dict[str, Sha256]:
    """Fill the store; return the digests of what is to be looked at, by what it is."""
    source = next(iter(inner.indexes))
    chance = random.Random(11)
    made = [_verdict(number, source, checks, inner, chance) for number in range(ARTIFACTS)]
    _write(inner, made)
    grave = _verdict(ARTIFACTS + 1, source, checks, inner, chance, findings=120)
    inner.records.store.remember_artifact(grave.artifact, seen_at=_NOW)
    inner.records.store.append_verdict(grave)
    for project in (made[17].artifact.release.project, LARGE):
        _list(inner, project, source, made)
    inner.records.store.add_servings(_servings(made[17], chance), most=500_000)
    real = _real(inner, source)
    return {"plain": made[17].artifact.sha256, "grave": grave.artifact.sha256, "real": real}


def project_of(number: int) -> ProjectName:
    """Return the project of an artifact by its number."""
    if number < LARGE_FILES:
        return LARGE if number != 17 else ProjectName("anchor-chart-0")
    first, second = divmod(number // PER_PROJECT, len(_WORDS))
    return ProjectName(f"{_WORDS[second]}-{_WORDS[first % len(_WORDS)]}-{first}")


def _verdict(  # noqa: PLR0913, PLR0917 - what a verdict is made of
    number: int,
    source: str,
    checks: CheckSet,
    inner: GateParts,
    chance: random.Random,
    findings: int = 0,
) -> Verdict:
    project = project_of(number)
    sha256 = Sha256(hashlib.sha256(b"%d" % number).hexdigest())
    at = _NOW - dt.timedelta(minutes=(ARTIFACTS - number) * 43_200 / ARTIFACTS)
    filename = f"{project.replace('-', '_')}-1.{number}.0-py3-none-any.whl"
    file = ListedFile(
        filename=filename, url=f"{source}{filename}", sha256=sha256, size=40_000, upload_time=at
    )
    decision = Decision.ADMIT
    if findings or chance.random() < 0.04:
        decision = Decision.HOLD if chance.random() < 0.6 else Decision.REFUSE
    seen = tuple(_finding(place) for place in range(findings or (3 if decision else 0)))
    outcomes = tuple(
        Outcome(check=check.id, version=check.version, status=Status.SAW, findings=())
        if place
        else Outcome(check=check.id, version=check.version, status=Status.SAW, findings=seen)
        for place, check in enumerate(checks.checks)
    )
    reasons = (Reason(decision, "finding", seen[0].message, seen[0].check),) if seen else ()
    name = ArtifactName.parse(filename)
    return Verdict(
        artifact=Artifact(
            sha256,
            40_000,
            name,
            Release(project=project, version=name.version, source=source, listed=file),
        ),
        decision=decision,
        score=0.5 if decision else 0.0,
        reasons=reasons,
        outcomes=outcomes,
        policy=inner.in_force.policy.at(_NOW.date()).version,
        checks_version=checks.version,
        decided_at=at,
        seconds=0.1,
    )


def _finding(number: int) -> Finding:
    code = "".join(f"    value_{row} = table[{row}] ^ 0x5f  # {number}\n" for row in range(12))
    return Finding(
        check="code-decode-exec",
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        message="A hidden payload is decoded and executed when the package is imported: exec.",
        path=f"package/module_{number % 9}.py",
        line=number + 1,
        evidence=f"def unpack(table):\n{code}    exec(bytes(table))\n",
    )


def _write(inner: GateParts, made: list[Verdict]) -> None:
    from airlock.store.sql import SqlStore

    store = inner.records.store
    assert isinstance(store, SqlStore)
    projects = sorted({one.artifact.release.project for one in made})
    with store._database.writing() as connection:  # noqa: SLF001 - in bulk
        for begin in range(0, len(made), _ROWS_AT_ONCE):
            part = made[begin : begin + _ROWS_AT_ONCE]
            connection.execute(insert(artifacts), [_artifact_row(one) for one in part])
            connection.execute(insert(verdicts), [_verdict_row(one) for one in part])
        strict = [_held_row(one) for one in made if one.decision]
        connection.execute(insert(held), strict)
        rows = [{"project": str(name), "serial": at + 1} for at, name in enumerate(projects)]
        connection.execute(insert(changes), rows)
        connection.execute(insert(descriptions), list(_descriptions(projects)))
        needs = [
            {"required": str(projects[at % 50]), "project": str(name)}
            for at, name in enumerate(projects)
        ]
        connection.execute(insert(requirements), needs)


def _artifact_row(one: Verdict) -> dict[str, object]:
    artifact = one.artifact
    return {
        "sha256": str(artifact.sha256),
        "project": str(artifact.release.project),
        "filename": artifact.name.filename,
        "first_seen": one.decided_at,
        "document": encode(artifact),
    }


def _verdict_row(one: Verdict) -> dict[str, object]:
    return {
        "sha256": str(one.artifact.sha256),
        "filename": one.artifact.name.filename,
        "project": str(one.artifact.release.project),
        "decision": int(one.decision),
        "score": one.score,
        "headline": one.headline,
        "checks_version": one.checks_version,
        "policy_name": one.policy.name,
        "policy_version": one.policy.version,
        "decided_at": one.decided_at,
        "seconds": one.seconds,
        "document": encode(one),
    }


def _held_row(one: Verdict) -> dict[str, object]:
    artifact = one.artifact
    return {
        "subject": str(artifact.sha256),
        "project": str(artifact.release.project),
        "version": artifact.name.version,
        "filename": artifact.name.filename,
        "source": artifact.release.source,
        "decision": int(one.decision),
        "score": one.score,
        "headline": one.headline,
        "checks": " code-decode-exec ",
        "campaign": f"code-decode-exec #{one.artifact.sha256[:2]}",
        "since": one.decided_at,
        "assignee": "",
        "proposal": "",
    }


def _descriptions(projects: list[ProjectName]) -> Iterator[dict[str, str]]:
    for number, name in enumerate(projects):
        words = " ".join(_WORDS[(number + step) % len(_WORDS)] for step in range(8))
        yield {"project": str(name), "version": "1.0", "summary": f"A {words} for {name}"}


def _list(inner: GateParts, project: ProjectName, source: str, made: list[Verdict]) -> None:
    releases = [one.artifact.release for one in made[:LARGE_FILES]]
    files = tuple(one.listed for one in releases if one.project == project and one.listed)
    listing = ProjectListing(project=project, source=source, files=files, fetched_at=_NOW)
    inner.records.store.put_listing(listing)


def _servings(one: Verdict, chance: random.Random) -> list[Serving]:
    return [
        Serving(
            sha256=one.artifact.sha256,
            filename=one.artifact.name.filename,
            project=one.artifact.release.project,
            account=f"ci-{number}",
            network=f"198.51.{chance.randrange(256)}.0/24",
            client="pip",
            first_served=_NOW,
            last_served=_NOW,
        )
        for number in range(300)
    ]


def _real(inner: GateParts, source: str) -> Sha256:
    """Bring in two releases of one project as a gate does, but for the way from an upstream."""
    prose = "\n".join(f"## Part {n}\n\nA *paragraph* with `code`.\n" for n in range(700))
    files, digests = [], []
    for version in ("1.0", "1.1"):
        code = f"VERSION = '{version}'\n" + "".join(f"VALUE_{n} = {n}\n" for n in range(3_000))
        filename, data = make_wheel(str(REAL), version, {"tidal_gauges/__init__.py": code})
        digest = Sha256.of(data)
        digests.append(digest)
        files.append(
            ListedFile(
                filename=filename, url=f"{source}x", sha256=digest, size=len(data), upload_time=_NOW
            )
        )
    listing = ProjectListing(project=REAL, source=source, files=tuple(files), fetched_at=_NOW)
    inner.records.store.put_listing(listing)
    for version, file in zip(("1.0", "1.1"), files, strict=True):
        code = f"VERSION = '{version}'\n" + "".join(f"VALUE_{n} = {n}\n" for n in range(3_000))
        _, data = make_wheel(str(REAL), version, {"tidal_gauges/__init__.py": code})
        _bring_in(inner, file, data, prose)
    return digests[-1]


def _bring_in(inner: GateParts, file: ListedFile, data: bytes, prose: str) -> None:
    name = ArtifactName.parse(file.filename)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file.filename
        path.write_bytes(data)
        assert file.sha256 is not None
        inner.blobs.put(file.sha256, path)
        artifact = Artifact(
            file.sha256,
            len(data),
            name,
            Release(
                project=REAL,
                version=name.version,
                source=next(iter(inner.indexes)),
                listed=file,
            ),
        )
        inner.records.store.remember_artifact(artifact, seen_at=_NOW)
        examined = _examined(artifact, path)
        if examined.profile is not None:
            inner.records.store.put_profile(REAL, examined.profile)
        inner.door.judge(artifact, examined.outcomes, seconds=examined.seconds)
        _describe(inner, file, f"Metadata-Version: 2.1\nName: {REAL}\nVersion: {name.version}\n"
                  f"Description-Content-Type: text/markdown\n\n{prose}")  # fmt: skip


def _examined(artifact: Artifact, path: Path) -> Examination:
    job = Job(artifact=artifact, path=str(path), now=_NOW, profiled=True)
    return assembly.workers("fork").run(job)


def _describe(inner: GateParts, file: ListedFile, metadata: str) -> None:
    data = metadata.encode()
    digest = Sha256.of(data)
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(data)
        copy.flush()
        inner.blobs.put(digest, Path(copy.name))
    assert file.sha256 is not None
    inner.records.store.put_core_metadata(REAL, (file.sha256, file.filename), digest)
