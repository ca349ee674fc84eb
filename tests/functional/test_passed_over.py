"""What an installer would take and we do not read, or do not have any more, is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from airlock.checks.registry import CheckSet, load_checks
from airlock.cli.waive import command as waive
from airlock.errors import InvalidName
from tests.functional.conftest import Gate, airlock
from tests.simulators.upstream import Upstream, make_wheel


@pytest.mark.parametrize("ending", [".tar.xz", ".tar", ".tbz", ".TAR.GZ", ".tar.lzma"])
def test_folder_with_a_form_that_is_not_read_is_not_clean(tmp_path: Path, ending: str) -> None:
    filename, data = make_wheel("harbour", "1.0")
    (tmp_path / filename).write_bytes(data)
    (tmp_path / f"harbour-1.0{ending}").write_bytes(b"anything")

    done = airlock("scan", tmp_path)

    assert done.returncode == 3
    assert f"harbour-1.0{ending}" in done.stdout


def test_quarantine_outlives_the_next_request(gate: Gate, upstream: Upstream) -> None:
    upstream.add(*make_wheel("quarantined-one", "1.0"))
    gate.listed("quarantined-one")
    upstream.status("quarantined-one", "quarantined", "malware")
    accept = "application/vnd.pypi.simple.v1+json"

    answers = [gate.get("/simple/quarantined-one/", accept).json() for _ in range(3)]

    assert [answer["project-status"]["status"] for answer in answers] == ["quarantined"] * 3


def test_what_upstream_removed_is_not_served_either(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("removed-one", "1.0")
    upstream.add(filename, data)
    gate.listed("removed-one")
    path = gate.file_path(filename)
    assert gate.get(path).status_code == 200
    upstream.reset()

    assert gate.get("/simple/removed-one/").status_code == 404
    assert gate.get(path).status_code == 404


def test_lost_bytes_are_fetched_and_examined_again(
    start_gate: Callable[..., Gate], upstream: Upstream
) -> None:
    filename, data = make_wheel("lost-one", "1.0")
    upstream.add(filename, data)
    gate = start_gate()
    gate.listed("lost-one")
    assert gate.file(filename).content == data
    for blob in (gate.data / "blobs").rglob(upstream.sha256(filename)):
        blob.unlink()

    assert gate.file(filename).content == data


def test_answer_is_never_kept_by_others(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("kept-one", "1.0")
    upstream.add(filename, data)
    gate.listed("kept-one")

    assert gate.file(filename).headers["cache-control"] == "private, no-cache"


def test_digest_that_was_cut_is_no_project() -> None:
    with pytest.raises(InvalidName):
        waive.main(["add", "a" * 63, "--reason", "cut", "--by", "Ada"], standalone_mode=False)


def test_verdicts_end_when_the_engine_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = load_checks().checks
    before = CheckSet(checks).version
    monkeypatch.setattr("airlock.checks.registry._engine", lambda: "another")

    assert CheckSet(checks).version != before


def test_port_that_is_taken_is_not_announced(gate: Gate, tmp_path: Path) -> None:
    done = airlock("serve", "--port", str(gate.port), "--data", tmp_path / "data")

    assert done.returncode == 2
    assert "pip install" not in done.stdout
    assert "--port" in done.stderr
