"""Names of malware records are known names: on the command line, in an environment, at the gate."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.conftest import Gate, airlock
from tests.functional.test_name_installed import put
from tests.simulators.advisories import between, exported, fresh, osv
from tests.simulators.upstream import Upstream, make_wheel


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database in which frobnicate was always hostile, and harbour for one release."""
    folder, export = tmp_path / "db", tmp_path / "export.zip"
    export.write_bytes(exported([
        osv("MAL-2026-1", "Frobnicate", between("0"), modified=fresh()),
        osv("MAL-2026-2", "harbour", versions=["6.6"], modified=fresh()),
        osv("GHSA-1", "pilot-boat", between("0"), modified=fresh()),
        osv("MAL-2026-3", "rumour", between("0"), modified=fresh(), withdrawn=fresh()),
    ]))  # fmt: skip
    done = airlock("db", "update", export, AIRLOCK_DB=str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def test_names_of_records_are_known(database: Path) -> None:
    done = airlock(
        "name", "check", "frobnicate", "harbour", "pilot-boat", "rumour", "--format", "json",
        AIRLOCK_DB=str(database),
    )  # fmt: skip
    assert done.returncode == 3
    found = {one["name"]: one for one in json.loads(done.stdout)["targets"]}
    decisions = {name: one["decision"] for name, one in found.items()}
    admitted = dict.fromkeys(("harbour", "pilot-boat", "rumour"), "admit")
    assert decisions == {"frobnicate": "hold", **admitted}
    (hostile,) = found["frobnicate"]["findings"]
    assert "MAL-2026-1" in hostile["evidence"]
    (tainted,) = found["harbour"]["findings"]
    assert (tainted["severity"], "some releases" in tainted["message"].lower()) == ("medium", True)
    assert found["pilot-boat"]["findings"] == found["rumour"]["findings"] == []


def test_an_environment_that_has_one_is_told(database: Path, tmp_path: Path) -> None:
    site = tmp_path / "env/lib/python3.11/site-packages"
    put(site, "frobnicate")
    checked = ("name", "check", "--installed", "--env", tmp_path / "env")
    assert airlock(*checked).returncode == 0, "without the database"
    done = airlock(*checked, AIRLOCK_DB=str(database))
    assert (done.returncode, "MAL-2026-1" in done.stdout) == (3, True)


def test_a_damaged_database_is_not_taken_for_an_empty_one(database: Path) -> None:
    file = database / "advisories.db"
    file.write_bytes(file.read_bytes()[:-20])
    assert airlock("name", "check", "pilot-boat", AIRLOCK_DB=str(database)).returncode == 3


def test_the_gate_fetches_nothing_under_such_a_name(
    database: Path, start_gate: Callable[..., Gate], upstream: Upstream
) -> None:
    upstream.add(*make_wheel("frobnicate", "1.0"))
    gate = start_gate()
    Path(gate.environment["AIRLOCK_DB"]).mkdir(exist_ok=True)
    (database / "advisories.db").rename(Path(gate.environment["AIRLOCK_DB"]) / "advisories.db")
    answer = gate.get("/simple/frobnicate/")
    assert answer.status_code == 403
    assert "carried malware" in answer.headers["airlock-verdict"]
    assert upstream.count("/files/*") == 0
