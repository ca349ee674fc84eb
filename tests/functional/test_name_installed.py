"""``airlock name check --installed``: who has a known bad name installed is told so."""

import json
import venv
from pathlib import Path

import pytest

from tests.functional.conftest import airlock, run


def put(site: Path, name: str, text: str | None = None) -> None:
    record = site / f"{name}-1.0.dist-info"
    record.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n" if text is None else text
    (record / "METADATA").write_text(metadata)


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A virtual environment without pip."""
    venv.create(tmp_path / "env", with_pip=False)
    return tmp_path / "env"


@pytest.fixture
def site(environment: Path) -> Path:
    (found,) = environment.glob("lib/python3*/site-packages")
    return found


def test_known_bad_name_is_told(environment: Path, site: Path) -> None:
    put(site, "acqusition")
    put(site, "requests")

    done = airlock("name", "check", "--installed", "--env", environment)

    assert done.returncode == 3
    assert "hold    acqusition" in done.stdout
    assert "SK-CSIRT" in done.stdout
    assert "admit   requests" in done.stdout


def test_clean_environment_exits_0(environment: Path, site: Path) -> None:
    put(site, "requests")
    done = airlock("name", "check", "--installed", VIRTUAL_ENV=str(environment))
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "admit   requests")


def test_environment_with_nothing_in_it_is_no_environment(tmp_path: Path) -> None:
    done = airlock("name", "check", "--installed", "--env", tmp_path)
    assert done.returncode == 2
    assert "is no Python environment" in done.stderr
    assert airlock("name", "check", "x", "--env", tmp_path).returncode == 2


def test_record_that_cannot_be_read_is_never_clean(environment: Path, site: Path) -> None:
    put(site, "requests")
    put(site, "broken", "Version: 1.0\n")

    done = airlock("name", "check", "--installed", "--env", environment, "--format", "json")

    assert done.returncode == 3
    targets = json.loads(done.stdout)["targets"]
    (broken,) = (one for one in targets if "broken-1.0" in one["name"])
    assert broken["outcomes"][0]["status"] == "failed"


def test_nothing_of_the_environment_runs(environment: Path, site: Path, tmp_path: Path) -> None:
    put(site, "acqusition")
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')"
    (site / "trap.pth").write_text(f"import os; {trap}\n")
    (site / "sitecustomize.py").write_text(f"{trap}\n")
    # The trap works: the environment's own interpreter runs into it.
    run(environment / "bin" / "python", "-c", "")
    assert (tmp_path / "ran").exists()
    (tmp_path / "ran").unlink()

    airlock("name", "check", "--installed", "--env", environment)

    assert not (tmp_path / "ran").exists()


def test_record_that_was_emptied_hides_no_name(environment: Path, site: Path) -> None:
    (site / "Acqusition-1.0.dist-info").mkdir()
    done = airlock("name", "check", "--installed", "--env", environment)
    assert done.returncode == 3
    assert "hold    acqusition  taken for acquisition (malicious)" in done.stdout
    assert "its metadata cannot be read" in done.stdout
