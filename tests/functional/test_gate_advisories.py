"""The gate and ``airlock scan`` with a database of advisories, and without one."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.functional.conftest import Gate, airlock
from tests.simulators.advisories import between, exported, fresh, osv
from tests.simulators.upstream import Upstream, make_wheel
from tests.unit.workers.examinations import until

CRITICAL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


def update(folder: Path, tmp_path: Path) -> None:
    export = tmp_path / "export.zip"
    now = fresh()
    export.write_bytes(
        exported(
            [
                osv("MAL-2026-1", "harbour", versions=["6.6"], modified=now),
                osv("GHSA-1", "harbour", between("0", "2.0"), vector=CRITICAL, modified=now),
            ]
        )
    )
    done = airlock("db", "update", export, AIRLOCK_DB=str(folder))
    assert done.returncode == 0, done.stderr


def test_what_the_database_learns_counts_at_once(
    start_gate: Callable[..., Gate], upstream: Upstream, tmp_path: Path
) -> None:
    for version in ("1.0", "2.0", "6.6"):
        upstream.add(*make_wheel("harbour", version))
    gate = start_gate()
    names = [f"harbour-{version}-py3-none-any.whl" for version in ("1.0", "2.0", "6.6")]
    assert "Advisories: no advisory database" in gate.log.read_text()
    assert gate.listed("harbour") == names
    assert gate.file(names[0]).status_code == 200
    update(Path(gate.environment["AIRLOCK_DB"]), tmp_path)

    # Also what was served before; what is ready to be sent is looked at again within a second.
    assert until(lambda: gate.listed("harbour") == names[1:2])
    answer = gate.file(names[0])
    assert answer.status_code == 403
    assert "GHSA-1; fixed in 2.0" in answer.headers["airlock-verdict"]
    assert "known malware: MAL-2026-1" in gate.file(names[2]).headers["airlock-verdict"]
    assert gate.file(names[1]).status_code == 200
    page = httpx.get(f"{gate.url}/verdicts/{upstream.sha256(names[0])}", timeout=60)
    assert "GHSA-1" in page.text


def test_scan_asks_the_same_database(tmp_path: Path) -> None:
    paths = []
    for version in ("1.0", "2.0", "6.6"):
        filename, data = make_wheel("harbour", version)
        paths.append(tmp_path / filename)
        paths[-1].write_bytes(data)

    def decisions() -> list[str]:
        done = airlock("scan", *paths, "--format", "json", AIRLOCK_DB=str(tmp_path / "db"))
        return [target["decision"] for target in json.loads(done.stdout)["targets"]]

    assert decisions() == ["admit"] * 3
    update(tmp_path / "db", tmp_path)
    assert decisions() == ["refuse", "admit", "refuse"]
