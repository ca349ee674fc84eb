"""Whose suppressions count, for which files: through a scan, with real processes."""

import datetime as dt
import io
import tarfile
from pathlib import Path

import msgspec
import pytest

from airlock.errors import InvalidPolicy
from airlock.model import Decision, ProjectName, Release, Sha256, Verdict
from airlock.policy import Policy
from airlock.scanning import Scan, ScanRequest, Silent
from airlock.scanning.own_project import OwnProject, own_project
from airlock.vetting import identify
from airlock.workers import Job, WorkerLimits, Workers
from tests.simulators.advisories import advising
from tests.simulators.packages import make_sdist
from tests.unit.examples import NOW
from tests.unit.suppression.answers import suppression
from tests.unit.suppression.kit import LOADER, kit

SETUP = "from setuptools import setup\nsetup()\n"
CHECKS = frozenset({"code-example"})


def put(folder: Path, setup_py: str = SETUP) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    filename, data = make_sdist("harbour", "1.0", setup_py=setup_py)
    (folder / filename).write_bytes(data)
    return folder / filename


def pyproject(folder: Path, text: str = SETUP, expires: str = "2026-12-23") -> None:
    (folder / "pyproject.toml").write_text(
        "[[tool.airlock.suppress]]\n"
        'check = "code-example"\npath = "*/setup.py"\nreason = "looked at"\n'
        f'sha256 = "{Sha256.of(text.encode())}"\nexpires = {expires}\n'
    )


def scanned(
    *paths: Path, own: OwnProject | None = None, policy: Policy | None = None
) -> tuple[list[Verdict], list[str]]:
    checks, _ = kit()
    workers = Workers(checks, LOADER, WorkerLimits(), start="fork")

    def no_index() -> None:
        pytest.fail("no index is to be asked")

    rules = policy or Policy()
    scan = Scan(checks, rules, workers, advising(), no_index, lambda: NOW, own)  # type: ignore[arg-type]
    results = scan.run(ScanRequest(targets=tuple(map(str, paths))), Silent())
    verdicts = [one for one in results if isinstance(one, Verdict)]
    assert len(verdicts) == len(results)
    return verdicts, scan.notes(results)


def own(folder: Path, *targets: Path, named: bool = False) -> OwnProject | None:
    return own_project(folder if named else None, folder, map(str, targets), CHECKS)


def test_without_suppressions_it_is_refused_and_marks_of_a_check_mean_nothing(
    tmp_path: Path,
) -> None:
    (verdict,), notes = scanned(put(tmp_path))
    (finding,) = verdict.outcomes[0].findings
    assert verdict.decision is Decision.REFUSE
    assert finding.digest == Sha256.of(SETUP.encode())
    assert finding.suppressed == ""
    assert notes == []


def test_policy_suppresses_and_the_finding_stays_marked(tmp_path: Path) -> None:
    one = suppression(sha256=Sha256.of(SETUP.encode()))
    (verdict,), notes = scanned(put(tmp_path), policy=Policy(suppress=(one,)))
    assert (verdict.decision, verdict.score, verdict.reasons) == (Decision.ADMIT, 0.0, ())
    assert verdict.outcomes[0].findings[0].suppressed == "our own loader"
    assert notes == []


def test_changed_content_is_looked_at_again(tmp_path: Path) -> None:
    one = suppression(sha256=Sha256.of(SETUP.encode()))
    (verdict,), notes = scanned(put(tmp_path, SETUP + "#"), policy=Policy(suppress=(one,)))
    assert verdict.decision is Decision.REFUSE
    assert len(notes) == 1


def test_what_has_ended_counts_again_and_is_told(tmp_path: Path) -> None:
    ended = suppression(sha256=Sha256.of(SETUP.encode()), expires=NOW.date() - dt.timedelta(days=1))
    (verdict,), (note,) = scanned(put(tmp_path), policy=Policy(suppress=(ended,)))
    assert verdict.decision is Decision.REFUSE
    assert "counts again" in note


def test_project_where_the_user_stands_covers_files_below_it_only(tmp_path: Path) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    ours, theirs = put(project / "dist"), put(elsewhere)
    pyproject(project)
    verdicts, _ = scanned(ours, theirs, own=own(project, ours, theirs))
    assert [verdict.decision for verdict in verdicts] == [Decision.ADMIT, Decision.REFUSE]


def test_project_is_not_asked_when_no_target_is_below_it(tmp_path: Path) -> None:
    project = tmp_path / "project"
    theirs = put(tmp_path / "elsewhere")
    project.mkdir()
    pyproject(project)
    assert own(project, theirs) is None
    assert own(project, Path("harbour")) is None


def test_link_out_of_the_project_is_not_below_it(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    pyproject(project)
    link = project / "harbour-1.0.tar.gz"
    link.symlink_to(put(tmp_path / "elsewhere"))
    assert own(project, link) is None


def test_named_project_covers_every_file_on_the_disk(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    pyproject(project)
    (verdict,), _ = scanned(put(tmp_path / "elsewhere"), own=own(project, named=True))
    assert verdict.decision is Decision.ADMIT


def test_project_has_no_say_in_what_an_index_gave(tmp_path: Path) -> None:
    pyproject(tmp_path)
    path = put(tmp_path)
    project = own(tmp_path, named=True)
    assert project
    fetched = Release(project=ProjectName("harbour"), version="1.0", source="https://i.example/")
    jobs = [Job(artifact=identify(path, one), path=str(path), now=NOW) for one in (None, fetched)]
    assert [project.covers(job) for job in jobs] == [True, False]


def test_examined_package_has_no_say(tmp_path: Path) -> None:
    inside = (
        "[[tool.airlock.suppress]]\n"
        'check = "code-example"\npath = "**"\nreason = "trust me"\nexpires = 2026-12-23\n'
        f'sha256 = "{Sha256.of(SETUP.encode())}"\n'
    )
    filename, data = make_sdist(
        "harbour",
        "1.0",
        {"pyproject.toml": inside, "harbour/pyproject.toml": inside},
        setup_py=SETUP,
    )
    (tmp_path / filename).write_bytes(data)
    (verdict,), _ = scanned(tmp_path / filename, own=own(tmp_path, tmp_path / filename))
    assert verdict.decision is Decision.REFUSE


def test_named_folder_must_have_a_project(tmp_path: Path) -> None:
    with pytest.raises(InvalidPolicy, match=r"pyproject\.toml cannot be read"):
        own(tmp_path, named=True)
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(InvalidPolicy, match=r"pyproject\.toml cannot be read"):
        own(tmp_path, named=True)


def test_member_that_is_there_twice_has_no_certain_digest(tmp_path: Path) -> None:
    path = tmp_path / "harbour-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for text in ("import evil\n", SETUP):
            entry = tarfile.TarInfo("harbour-1.0/setup.py")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    one = suppression(sha256=Sha256.of(SETUP.encode()))
    (verdict,), _ = scanned(path, policy=Policy(suppress=(one,)))
    assert verdict.decision is Decision.REFUSE
    assert [finding.digest for finding in verdict.outcomes[0].findings] == ["", ""]


def test_verdict_records_the_rules_of_its_day(tmp_path: Path) -> None:
    ended = suppression(expires=NOW.date() - dt.timedelta(days=1))
    policy = Policy(suppress=(ended,))
    (verdict,), _ = scanned(put(tmp_path), policy=policy)
    assert verdict.policy == Policy().version
    assert msgspec.structs.replace(policy, suppress=()).version == Policy().version
