"""Without a database ``airlock audit`` asks the index about latest releases, and says so."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import airlock
from tests.simulators.upstream_server import Answer, Asked, LoopbackServer


def record(version: str, *vulnerabilities: dict[str, Any]) -> Answer:
    document = {"info": {"version": version}, "vulnerabilities": vulnerabilities, "urls": []}
    return Answer(body=json.dumps(document).encode())


BAD = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fixed_in": ["2.1", "1.0"], "details": "bad", "x": 1}
GONE = {"id": "PYSEC-2", "fixed_in": [], "withdrawn": "2026-01-01T00:00:00Z"}
ANSWERS = {
    "/pypi/bad/json": record("2.0", BAD),
    "/pypi/good/json": record("1.0.0", GONE),
    "/pypi/old/json": record("9.0"),
    "/pypi/silent/json": Answer(body=b'{"info": {"version": "1.0"}}'),
    "/pypi/broken/json": Answer(body=b'{"info"'),
}


@pytest.fixture(scope="module")
def index() -> Iterator[str]:
    def answer(asked: Asked) -> Answer:
        return ANSWERS.get(asked.path, Answer(404))

    loopback = LoopbackServer(answer).start()
    yield f"http://127.0.0.1:{loopback.port}/simple/"
    loopback.stop()


def audited(folder: Path, index: str, *pins: str) -> tuple[int, dict[str, Any]]:
    path = folder / "requirements.txt"
    path.write_text("\n".join(pins))
    done = airlock(
        "audit", path, "--index", index, "--format", "json", AIRLOCK_DB=str(folder / "db")
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def test_only_the_latest_release_is_known_and_labelled(tmp_path: Path, index: str) -> None:
    pins = ("bad==2.0", "good==1.0", "old==1.0", "silent==1.0", "broken==1.0", "unheard==1.0")
    code, found = audited(tmp_path, index, *pins)
    assert code == 1
    states = {one["name"]: (one["status"], one["evidence"]) for one in found["targets"]}
    assert states["bad"] == ("vulnerable", "index")
    assert states["good"] == ("clean", "index")
    assert {states[name] for name in ("old", "silent", "broken", "unheard")} == {
        ("unauditable", "nobody")
    }
    assert found["targets"][0]["advisories"][0]["fixed_in"] == ["2.1"]
    assert "latest" in found["targets"][2]["reason"]
    assert "2 by the index's own record of the latest release" in found["coverage"]
    assert found["database"] is None


def test_a_damaged_database_is_no_reason_to_ask(tmp_path: Path, index: str) -> None:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "advisories.db").write_bytes(b"damaged")
    code, found = audited(tmp_path, index, "good==1.0")
    assert (code, found["targets"][0]["status"]) == (3, "unauditable")


def test_an_index_that_does_not_answer_leaves_all_unaudited(tmp_path: Path) -> None:
    code, found = audited(tmp_path, "http://127.0.0.1:1/simple/", "good==1.0", "bad==2.0")
    assert code == 3
    assert [one["status"] for one in found["targets"]] == ["unauditable"] * 2
    assert found["coverage"].startswith("0 of 2 audited, no advisory database")
