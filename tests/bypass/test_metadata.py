"""What metadata do not say, and what cannot be read of them, is held and never passes for clean."""

import datetime as dt
from pathlib import Path

import pytest

from airlock.archive import open_archive
from airlock.checks import CheckSet, Subject
from airlock.checks.metadata.consistency import Consistency
from airlock.checks.metadata.direct_url import DirectUrl
from airlock.checks.metadata.upload_time import UploadTime
from airlock.checks.name.lookalike import Lookalike
from airlock.checks.run import run_checks
from airlock.evidence import Facts
from airlock.model import Artifact, ArtifactName, Outcome, Release, Sha256, Status
from tests.checks.harness import (
    NOW,
    Case,
    Settings,
    examine,
    pack_sdist,
    run_case,
)

INDEX = "https://index.example/simple/"


def uploaded(at: dt.datetime | None, source: str | None = INDEX) -> Outcome:
    settings = Settings(source=source, upload_time=at)
    case = Case(check="metadata-upload-time", expects="spares", name="case", settings=settings)
    return run_case(case, UploadTime())


def test_an_unknown_upload_time_is_a_failure() -> None:
    outcome = uploaded(None)
    assert outcome.status is Status.FAILED
    assert outcome.reason == "the index does not say when the file was uploaded"


@pytest.mark.parametrize("year", [1, 1970, 1980, 2002])
def test_a_placeholder_is_no_upload_time(year: int) -> None:
    assert uploaded(dt.datetime(year, 1, 1, tzinfo=dt.UTC)).status is Status.FAILED


def test_a_file_that_no_index_announced_has_no_upload_time() -> None:
    assert uploaded(None, source=None).status is Status.SKIPPED


def test_a_known_upload_time_is_looked_at() -> None:
    assert uploaded(NOW).status is Status.SAW


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", b"this is = = no TOML"),
        ("pyproject.toml", b"\xff\xfe"),
        ("pyproject.toml", b"a = " + b"[" * 100_000),
        ("pyproject.toml", b"#" * 3_000_000),
        ("setup.cfg", b"no section comes first"),
        ("setup.cfg", b"#" * 3_000_000),
        ("example.egg-info/requires.txt", b"#" * 3_000_000),
    ],
)
def test_requirements_that_cannot_be_read_are_a_failure(
    tmp_path: Path, path: str, text: bytes
) -> None:
    outcome = examine(pack_sdist(tmp_path, {path: text}), DirectUrl())
    assert outcome.status is Status.FAILED


def test_a_file_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    tree = {"pyproject.toml": b"= =", "setup.cfg": b"[options]\ninstall_requires = x @ file:///x\n"}
    outcome = examine(pack_sdist(tmp_path, tree), DirectUrl())
    assert outcome.status is Status.FAILED
    assert len(outcome.findings) == 1


@pytest.mark.parametrize(
    "text",
    ["x" + " " * 200_000, "x[" * 100_000, "x" + "-" * 200_000, "-e" + " " * 200_000, "@" * 200_000],
)
def test_no_requirement_makes_the_check_slow(tmp_path: Path, text: str) -> None:
    # Quadratic, each would take minutes; the time of a test run is the only clock here.
    outcome = examine(pack_sdist(tmp_path, {"a.egg-info/requires.txt": text.encode()}), DirectUrl())
    assert outcome.status is Status.SAW


def test_metadata_too_large_to_read_are_not_clean(tmp_path: Path) -> None:
    tree = {"other.egg-info/PKG-INFO": b"#" * 9_000_000}
    outcome = examine(pack_sdist(tmp_path, tree), Consistency())
    assert outcome.status is Status.FAILED


def test_without_a_list_of_popular_names_no_name_is_clean(tmp_path: Path) -> None:
    path = pack_sdist(tmp_path, {})
    name = ArtifactName.parse(path.name)
    release = Release(project=name.project, version=name.version)
    artifact = Artifact(Sha256.of(path.read_bytes()), path.stat().st_size, name, release)
    with open_archive(path, name) as reading:
        subject = Subject(artifact, reading, Facts(now=NOW))
        (outcome,) = run_checks(CheckSet([Lookalike()]), subject)
    assert outcome.status is Status.FAILED
