"""Hunts over a store: queries, campaigns, and rules run over everything that is kept."""

import contextlib
import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from airlock.hunting.campaigns import TELLING, campaigns
from airlock.hunting.language import parse
from airlock.hunting.learning import learn
from airlock.hunting.observing import observations, scan_of
from airlock.model import (
    Artifact,
    ArtifactName,
    Confidence,
    Decision,
    Finding,
    Outcome,
    ProjectName,
    Release,
    Severity,
    Sha256,
    Status,
)
from airlock.model.hunting import Hit, Kind, Observation, Run, Scan
from airlock.model.vouchers import Voucher, VoucherKind
from airlock.profiles import Profile
from airlock.profiles.profile import Contact, Piece, PieceKind, Startup, pack
from airlock.store import Records, open_records
from airlock.syntax.facts import Context
from tests.functional.conftest import airlock
from tests.simulators.packages import make_wheel
from tests.simulators.sigstore_staging import GITHUB, GITLAB
from tests.unit.store.examples import DAY, NOW, keep_profile, listed, verdict
from tests.watch.test_command import shown

RULE = 'rule marked { strings: $a = "airlock_example_mark" condition: $a }'


def scanned(  # noqa: PLR0913 - what a scan is made of
    records: Records, number: int, project: str, decision: Decision, *, host: str = "",
    code: str = "", person: str = "", startup: str = "", days: int = 0,
    signed: Voucher | None = None,
) -> None:  # fmt: skip
    """Record a verdict and a profile."""
    name = ArtifactName.parse(f"{project}-{number}.0.tar.gz")
    file = listed(number, filename=name.filename, upload_time=NOW + days * DAY)
    release = Release(project=ProjectName(project), version=name.version, listed=file)
    base = verdict(number, decision)
    artifact = Artifact(base.artifact.sha256, 1, name, release)
    outcomes = (*base.outcomes, *([attested(signed)] if signed else []))
    records.store.append_verdict(
        msgspec.structs.replace(base, artifact=artifact, outcomes=outcomes)
    )
    pieces = [Piece("a.py", code, 500, PieceKind.PYTHON)] if code else []
    keep_profile(
        records.store,
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


def attested(voucher: Voucher) -> Outcome:
    """Return what a check says that verified an attestation."""
    check = "provenance-attestations"
    finding = Finding(
        check=check, severity=Severity.INFO, confidence=Confidence.HIGH, message="Verified.",
        evidence=voucher.evidence,
    )  # fmt: skip
    return Outcome(check=check, version=1, status=Status.SAW, findings=(finding,))


def workflow(repository: str, issuer: str = GITHUB, **more: str) -> Voucher:
    kind = VoucherKind.PUBLISH
    return Voucher(kind=kind, issuer=issuer, repository=repository, workflow="Release.yml", **more)


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
    assert found(records, "author:eve*") == ["odd-1"]
    assert found(records, "finding:code-decode-exec not decision:admit") == ["odd-1", "flask-evil"]
    assert found(records, 'text:"B64DECODE"') == ["odd-1", "good", "flask-evil"]
    assert found(records, "severity:critical or before:2026-11-24") == ["flask-evil"]
    assert found(records, "file:good-*.gz version:2.0") == ["good"]


def test_who_signed_can_be_asked_for(records: Records) -> None:
    scanned(records, 1, "hub", Decision.ADMIT, signed=workflow("Acme/Tool"))
    scanned(records, 2, "lab", Decision.ADMIT, signed=workflow("acme/sub/tool", GITLAB), days=1)
    robot = Voucher(
        kind=VoucherKind.PUBLISH, issuer="https://accounts.google.com", subject="bot@mail.example"
    )
    scanned(records, 3, "robot", Decision.ADMIT, signed=robot, days=2)
    own = workflow("acme/tool", "https://gitlab.corp.example:8443/x")
    scanned(records, 4, "own", Decision.ADMIT, signed=own, days=3)
    key = Voucher(kind=VoucherKind.OPENPGP, key="AB12")
    scanned(records, 5, "person", Decision.ADMIT, signed=key, days=4)
    scanned(records, 6, "claims", Decision.ADMIT, person="acme/tool", days=5)
    scanned(records, 7, "fakes", Decision.ADMIT, person="github:acme/tool", days=6)
    assert found(records, "publisher:acme/tool") == ["claims", "own", "hub"]
    assert found(records, "publisher:github:acme/tool") == ["hub"]
    assert found(records, "publisher:gitlab*:acme/*") == ["own", "lab"]
    assert found(records, "publisher:google:* or publisher:openpgp:ab12") == ["person", "robot"]
    assert found(records, "publisher:*@mail.example") == ["robot"]
    assert found(records, "owner:acme") == ["own", "lab", "hub"]
    assert found(records, "owner:github:acme workflow:release.yml") == ["hub"]
    assert found(records, "author:acme/tool") == ["claims"]


def test_what_an_earlier_version_observed_is_observed_anew(records: Records) -> None:
    scanned(records, 1, "hub", Decision.ADMIT, signed=workflow("acme/tool"))
    assert records.works.move_cursor("hunt", 0, 1_000)
    assert found(records, "publisher:acme/*") == ["hub"]


def test_one_kind_does_not_drown_another() -> None:
    noise = tuple(
        Finding(check="code-decode-exec", severity=Severity.LOW, confidence=Confidence.LOW,
                message=f"noise {number}", evidence=f"https://h{number}.example/")
        for number in range(1000)
    )  # fmt: skip
    loud = Outcome(check="code-decode-exec", version=1, status=Status.SAW, findings=noise)
    told = attested(workflow("evil/tool"))
    judged = msgspec.structs.replace(verdict(1), outcomes=(loud, told))
    kinds = Counter(one.kind for one in observations(judged, None))
    assert (kinds[Kind.PUBLISHER], kinds[Kind.OWNER], kinds[Kind.FINDING]) == (1, 1, 1)
    assert kinds[Kind.TEXT] == kinds[Kind.HOST] == 200


def test_campaigns_share_who_signed_them(records: Records) -> None:
    scanned(records, 1, "a", Decision.REFUSE, signed=workflow("eve/a"))
    scanned(records, 2, "b", Decision.HOLD, signed=workflow("Eve/b"), days=1)
    scanned(records, 3, "c", Decision.REFUSE, signed=workflow("eve/c", GITLAB))
    scanned(records, 4, "d", Decision.REFUSE, signed=workflow("acme/d"))
    scanned(records, 5, "good", Decision.ADMIT, signed=workflow("acme/good"))
    learn(records.hunting)
    bad = records.hunting.find(parse("not decision:admit"), 100)
    (group,) = campaigns(bad, records.hunting.shared([scan.id for scan in bad], TELLING))
    assert [scan.project for scan in group.scans] == ["a", "b"]
    assert group.shared == (Observation(Kind.OWNER, "github:eve"),)


def test_newest_verdict_on_a_file_counts(records: Records) -> None:
    scanned(records, 1, "a", Decision.REFUSE)
    assert found(records, "decision:refuse") == ["a"]
    scanned(records, 1, "a", Decision.ADMIT)
    assert found(records, "decision:refuse") == []
    assert found(records, "a") == ["a"]
    assert learn(records.hunting) == 0


def test_two_may_learn_the_same_at_once(records: Records) -> None:
    scanned(records, 1, "flask", Decision.ADMIT, host="a.example")
    scanned(records, 2, "flask", Decision.ADMIT, host="b.example")
    found = [(scan_of(one.number, one.verdict), ()) for one in records.hunting.unread(9)]
    begun, goes_on = threading.Event(), threading.Event()

    def slowly() -> Iterator[tuple[Scan, tuple[Observation, ...]]]:
        yield found[0]
        begun.set()
        goes_on.wait()
        yield found[1]

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(records.hunting.learn, slowly(), found[1][0].id)
        begun.wait()
        second = pool.submit(records.hunting.learn, found, found[1][0].id)
        with contextlib.suppress(TimeoutError):
            second.result(0.3)
        goes_on.set()
        assert (first.result(), second.result()) == (None, None)
    assert [one.id for one in records.hunting.find(parse("flask"), 9)] == [
        found[1][0].id, found[0][0].id
    ]  # fmt: skip
    # Who read before others did takes nothing back.
    records.hunting.learn(found[:1], found[0][0].id)
    assert records.hunting.unread(9) == ()


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
    moved = msgspec.structs.replace(begun, position=7, looked_at=3)
    hit = Hit(filename="a.whl", sha256=Sha256.of(b""), message="matches")
    assert records.hunting.advance(begun, moved, [hit])
    # Whoever is no longer there where the run is adds nothing to it.
    assert not records.hunting.advance(begun, moved, [hit])
    again = records.hunting.run(Run(id="x", what="rule.yar"), NOW)
    assert (again.position, again.looked_at, again.done) == (7, 3, False)
    assert records.hunting.hits("x") == (hit,)
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
    # What an index says is in no file: none would be flagged, whatever it is.
    assert shown("hunt", "--retro", "provenance-publisher", *where).returncode == 2
    assert shown("hunt", "x", "--retro", "code-decode-exec", *where).returncode == 2
    assert airlock("hunt", "(", *where).returncode == 2
    assert "There is nothing." in airlock("hunt", "name:pkg*", *where).stdout
