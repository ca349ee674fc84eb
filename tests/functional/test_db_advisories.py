"""``airlock db`` and the advisories: fetched, compiled, put in place at once, told."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.functional.conftest import airlock
from tests.simulators.advisories import between, exported, fresh, osv
from tests.simulators.upstream_server import Answer, Asked, LoopbackServer

NOW = fresh()
RECORDS = [osv(f"PYSEC-{n}", f"example-{n}", between("0", "2.0"), modified=NOW) for n in range(12)]
EXPORT = exported(RECORDS)
MORE = exported([*RECORDS, osv("PYSEC-99", "example-99", between(), modified=NOW)])


class Server:
    def __init__(self) -> None:
        self.body = EXPORT
        self.asked: list[tuple[str, bool]] = []
        self._loopback = LoopbackServer(self._answer).start()
        self.url = f"http://127.0.0.1:{self._loopback.port}/all.zip"

    def _answer(self, asked: Asked) -> Answer:
        etag = f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'
        known = asked.headers.get("if-none-match") == etag
        self.asked.append((asked.path, known))
        if asked.path != "/all.zip":
            return Answer(404)
        return Answer(304) if known else Answer(body=self.body, headers={"ETag": etag})

    def stop(self) -> None:
        self._loopback.stop()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


class Database:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def file(self) -> Path:
        return self.folder / "advisories.db"

    def run(self, *arguments: str | Path) -> CompletedProcess[str]:
        return airlock("db", *arguments, AIRLOCK_DB=str(self.folder))

    def status(self, code: int = 0) -> dict[str, Any]:
        done = self.run("status", "--format", "json")
        assert done.returncode == code, done.stdout + done.stderr
        parts = {part["part"]: part for part in json.loads(done.stdout)["parts"]}
        found: dict[str, Any] = parts["advisories"]
        return found


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "db")


def test_a_fresh_installation_says_that_it_has_none(database: Database) -> None:
    status = database.status()
    assert status["condition"] == "absent"
    assert "not looked for" in status["message"]
    assert not database.folder.exists()


def test_a_url_is_fetched_once_and_again_only_when_it_changed(
    database: Database, server: Server
) -> None:
    done = database.run("update", server.url)
    assert done.returncode == 0, done.stderr
    first = database.status()
    assert first["condition"] == "current"
    assert first["message"].startswith(f"12 records about 12 projects, up to {NOW[:10]}, sha256 ")
    content = database.file.read_bytes().partition(b"\n")[2]
    assert first["advisories"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert first["advisories"]["sources"][0]["origin"] == server.url

    before = database.file.stat()
    assert database.run("update", "advisories").returncode == 0
    assert server.asked[-1] == ("/all.zip", True)
    assert database.file.stat().st_mtime_ns == before.st_mtime_ns, "nothing was made anew"

    server.body = MORE
    assert database.run("update", "advisories").returncode == 0
    assert database.status()["advisories"]["records"] == 13


def test_the_sources_of_one_command_are_the_whole(database: Database, tmp_path: Path) -> None:
    one, other = tmp_path / "one.zip", tmp_path / "own"
    one.write_bytes(EXPORT)
    other.mkdir()
    (other / "OWN-1.json").write_text(json.dumps(osv("OWN-1", "private", between(), modified=NOW)))
    done = database.run("update", one, other)
    assert done.returncode == 0, done.stderr
    found = database.status()["advisories"]
    assert [source["records"] for source in found["sources"]] == [12, 1]
    assert found["records"] == 13


def test_credentials_of_a_url_are_kept_nowhere(database: Database, server: Server) -> None:
    url = server.url.replace("http://", "http://user:hunter2@")
    done = database.run("update", url)
    assert done.returncode == 0
    assert "hunter2" not in done.stdout + done.stderr + json.dumps(database.status())
    assert b"hunter2" not in database.file.read_bytes()


@pytest.mark.parametrize("export", [b"", b"no export", EXPORT[:-30], exported(RECORDS[:5])])
def test_what_is_no_export_or_half_of_one_changes_nothing(
    database: Database, tmp_path: Path, export: bytes
) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(EXPORT)
    bad.write_bytes(export)
    assert database.run("update", good).returncode == 0
    before = database.file.read_bytes()
    done = database.run("update", bad)
    assert done.returncode == 4
    assert "not updated" in done.stderr
    assert "Traceback" not in done.stderr
    assert database.file.read_bytes() == before
    assert [path.name for path in database.folder.iterdir()] == ["advisories.db"]


def test_an_unreadable_record_makes_it_partial(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "vulns"
    folder.mkdir()
    for record in RECORDS:
        (folder / f"{record['id']}.json").write_text(json.dumps(record))
    (folder / "BAD.json").write_text("{")
    done = database.run("update", folder)
    assert done.returncode == 3
    status = database.status(3)
    assert status["condition"] == "partial"
    assert "BAD.json" in status["cure"]


def test_a_damaged_database_is_broken_and_can_be_made_anew(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(EXPORT)
    assert database.run("update", path).returncode == 0
    data = bytearray(database.file.read_bytes())
    data[-5] ^= 1
    database.file.write_bytes(data)
    assert database.status(4)["condition"] == "broken"
    assert database.run("update", path).returncode == 0
    assert database.status()["condition"] == "current"


def test_an_old_export_is_stale_however_new_its_copy(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "old.zip"
    path.write_bytes(exported([osv("P-1", "example", between(), modified="2024-10-10T00:00:00Z")]))
    assert database.run("update", path).returncode == 0
    assert database.status()["condition"] == "stale"


def test_a_database_that_was_compiled_elsewhere_is_taken_as_it_is(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(EXPORT)
    assert database.run("update", path).returncode == 0
    other = Database(tmp_path / "other")
    assert other.run("update", database.file).returncode == 0
    assert other.file.read_bytes() == database.file.read_bytes()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(database.file.read_bytes()[:-1])
    assert other.run("update", damaged).returncode == 4
    assert other.file.read_bytes() == database.file.read_bytes()


def test_what_is_not_encrypted_comes_from_this_machine_only(database: Database) -> None:
    done = database.run("update", "http://advisories.example/all.zip")
    assert done.returncode == 4
    assert "not encrypted" in done.stderr
