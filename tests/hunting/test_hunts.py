"""Hunts over a store: queries, campaigns, and rules run over everything that is kept."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from airlock.hunting.campaigns import TELLING, campaigns
from airlock.hunting.language import parse
from airlock.hunting.learning import learn
from airlock.model import Artifact, ArtifactName, Decision, ProjectName, Release, Sha256
from airlock.model.hunting import Run
from airlock.profiles import Profile
from airlock.profiles.profile import Contact, Piece, PieceKind, Startup, pack
from airlock.store import Records, open_records
from airlock.syntax.facts import Context
from tests.functional.conftest import airlock
from tests.simulators.packages import make_wheel
from tests.unit.store.examples import DAY, NOW, listed, verdict

RULE = 'rule marked { strings: $a = "airlock_example_mark" condition: $a }'


@pytest.fixture(params=["sqlite", "postgresql"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    url = f"sqlite:///{tmp_path}/airlock.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").emptied()
    with open_records(url) as opened:
        yield opened


def scanned(  # noqa: PLR0913 - what a scan is made of
    records: Records, number: int, project: str, decision: Decision, *, host: str = "",
    code: str = "", person: str = "", startup: str = "", days: int = 0,
) -> None:  # fmt: skip
    """Record a verdict and a profile."""
    name = ArtifactName.parse(f"{project}-{number}.0.tar.gz")
    file = listed(number, filename=name.filename, upload_time=NOW + days * DAY)
    release = Release(project=ProjectName(project), version=name.version, listed=file)
    base = verdict(number, decision)
    artifact = Artifact(base.artifact.sha256, 1, name, release)
    records.store.append_verdict(msgspec.structs.replace(base, artifact=artifact))
    pieces = [Piece("a.py", code, 500, PieceKind.PYTHON)] if code else []
    records.store.put_profile(
        release.project,
        Profile(
            sha256=artifact.sha256,
            name=name,
            packed=tuple(pack(pieces)),
            contacts=(Contact(host, Context.IMPORT, "a.py", 1),) if host else (),
            startups=(Startup(startup, "x" * 16, "import os"),) if startup else (),
            people=(person,) if person else (),
        ),
    )


def found(records: Records, query: str) -> list[str]:
    learn(records.hunting)
    return [str(scan.project) for scan in records.hunting.find(parse(query), 100)]


def test_what_is_known_can_be_asked_for(records: Records) -> None:
    scanned(records, 1, "flask-evil", Decision.REFUSE, host="evil.example", startup="evil.pth")
    scanned(records, 2, "good", Decision.ADMIT, host="docs.example", days=3)
    scanned(records, 3, "odd_1", Decision.HOLD, person="Eve 100% <eve@mail.example>", days=9)
    assert found(records, "*") == ["odd-1", "good", "flask-evil"]
    assert found(records, "FLASK-*") == ["flask-evil"]
    assert found(records, "host:*.example") == ["good", "flask-evil"]
    assert found(records, "path:*.pth host:evil.example since:2026-11") == ["flask-evil"]
    assert found(records, "publisher:*@mail.example*") == ["odd-1"]
    assert found(records, "publisher:eve*100%*") == ["odd-1"]
    assert found(records, "publisher:eve_*") == []
    assert found(records, "finding:code-decode-exec not decision:admit") == ["odd-1", "flask-evil"]
    assert found(records, 'text:"B64DECODE"') == ["odd-1", "good", "flask-evil"]
    assert found(records, "severity:critical or before:2026-11-24") == ["flask-evil"]
    assert found(records, "file:good-*.gz version:2.0") == ["good"]


def test_newest_verdict_on_a_file_counts(records: Records) -> None:
    scanned(records, 1, "a", Decision.REFUSE)
    assert found(records, "decision:refuse") == ["a"]
    scanned(records, 1, "a", Decision.ADMIT)
    assert found(records, "decision:refuse") == []
    assert found(records, "a") == ["a"]
    assert learn(records.hunting) == 0


def test_campaigns_share_what_nothing_harmless_has(records: Records) -> None:
    scanned(records, 1, "a", Decision.REFUSE, code="one", host="evil.example")
    scanned(records, 2, "b", Decision.REFUSE, code="one", host="cdn.example")
    scanned(records, 3, "c", Decision.HOLD, host="evil.example", days=1)
    scanned(records, 4, "d", Decision.REFUSE, host="cdn.example")
    scanned(records, 5, "good", Decision.ADMIT, host="cdn.example")
    learn(records.hunting)
    bad = records.hunting.find(parse("not decision:admit"), 100)
    (group,) = campaigns(bad, records.hunting.shared([scan.id for scan in bad], TELLING))
    assert [scan.project for scan in group.scans] == ["a", "b", "c"]
    assert {one.value for one in group.shared} == {"one", "evil.example"}


def test_runs_go_on_where_they_were_stopped(records: Records) -> None:
    begun = records.hunting.run(Run(id="x", what="rule.yar"), NOW)
    records.hunting.advance(msgspec.structs.replace(begun, position=7, looked_at=3), ())
    again = records.hunting.run(Run(id="x", what="rule.yar"), NOW)
    assert (again.position, again.looked_at, again.done) == (7, 3, False)
    records.hunting.forget("x")
    assert records.hunting.run(Run(id="x", what="rule.yar"), NOW).position == 0
    assert records.hunting.hits("x") == ()


def test_rules_and_checks_are_run_over_what_is_kept(tmp_path: Path) -> None:
    from airlock.assembly import blobs

    with open_records(f"sqlite:///{tmp_path}/airlock.db") as opened, blobs(tmp_path) as kept:
        for number, text in enumerate(["airlock_example_mark = 1\n", "x = 1\n", "gone = 1\n"]):
            filename, data = make_wheel(f"pkg{number}", "1.0", {"pkg/a.py": "\n" + text})
            path = tmp_path / filename
            path.write_bytes(data)
            name = ArtifactName.parse(filename)
            release = Release(project=name.project, version=name.version)
            artifact = Artifact(Sha256.of(data), len(data), name, release)
            opened.store.remember_artifact(artifact, seen_at=dt.datetime.now(dt.UTC))
            if not text.startswith("gone"):
                kept.put(artifact.sha256, path)
    (tmp_path / "rule.yar").write_text(RULE)
    (tmp_path / "bad.yar").write_text("rule {")
    where = ("--data", str(tmp_path))
    done = airlock("hunt", "--retro", tmp_path / "rule.yar", *where)
    assert "pkg0-1.0-py3-none-any.whl pkg/a.py:2: matches the rule marked" in done.stdout
    assert "3 files, 1 hits, 1 not looked at" in done.stdout
    assert "pkg2-1.0-py3-none-any.whl: not looked at" in done.stdout
    assert done.returncode == 3
    assert airlock("hunt", "--retro", "code-decode-exec", *where).returncode == 3
    assert airlock("hunt", "--retro", tmp_path / "bad.yar", *where).returncode == 2
    assert airlock("hunt", "--retro", "nothing-like-it", *where).returncode == 2
    assert airlock("hunt", "(", *where).returncode == 2
    assert "There is nothing." in airlock("hunt", "name:pkg*", *where).stdout
