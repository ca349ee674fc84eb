"""``airlock audit --served``: an advisory of today names who got the file yesterday."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.functional.conftest import Gate, Installer, airlock
from tests.simulators.advisories import between, exported, fresh, osv
from tests.simulators.upstream import Upstream, make_wheel


def test_an_advisory_names_who_got_the_file(
    start_gate: Callable[..., Gate], upstream: Upstream, tmp_path: Path
) -> None:
    for version in ("1.0", "2.0"):
        upstream.add(*make_wheel("harbour", version))
    gate = start_gate()
    client = Installer("uv", tmp_path)
    for version in ("1.0", "2.0"):
        done = client.install(gate.simple, f"harbour=={version}")
        assert done.returncode == 0, done.stderr
    gate.file("harbour-1.0-py3-none-any.whl")
    assert gate.get(f"/files/{'0' * 64}/harbour-9.0-py3-none-any.whl").status_code == 404
    gate.stop()

    export = tmp_path / "export.zip"
    export.write_bytes(exported([osv("PYSEC-1", "harbour", between("0", "2.0"), modified=fresh())]))
    database = {"AIRLOCK_DB": str(tmp_path / "db")}
    assert airlock("db", "update", export, **database).returncode == 0
    command = ("audit", "--served", "--data", gate.data, "--offline")
    done = airlock(*command, **database)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "served to nobody known (uv, 127.0.0.0/24), last on " in done.stdout
    found = json.loads(airlock(*command, "--format", "json", **database).stdout)["targets"]
    assert sorted((one["version"], one["status"], one["path"][:33]) for one in found) == [
        ("1.0", "vulnerable", "served to nobody known (other, 12"),
        ("1.0", "vulnerable", "served to nobody known (uv, 127.0"),
        ("2.0", "clean", "served to nobody known (uv, 127.0"),
    ]


def test_a_folder_that_no_gate_uses_is_wrong_usage(tmp_path: Path) -> None:
    done = airlock("audit", "--served", "--data", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "no gate keeps its data" in done.stderr
