"""``airlock db``: a list is fetched, looked at, kept, told; what is none changes nothing."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.functional.conftest import airlock
from tests.simulators.upstream_server import Answer, Asked, LoopbackServer

ROWS = [["frobnicator", 10**9], *([f"name{number}x", 10**6 - number] for number in range(200))]
LIST = json.dumps({"last_update": "2026-11-01", "rows": ROWS}).encode()
PUBLISHED = json.dumps(
    {"rows": [{"project": name, "download_count": count} for name, count in ROWS]}
).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Answers under the path that says what."""
    answers = {
        "/list.json": Answer(body=LIST),
        "/packed.json": Answer(body=gzip.compress(LIST), headers={"Content-Encoding": "gzip"}),
        "/broken.json": Answer(body=LIST[:-50]),
        "/cut.json": Answer(body=LIST, cut=1_000),
        "/bomb.json": Answer(
            body=gzip.compress(bytes(32 << 20)), headers={"Content-Encoding": "gzip"}
        ),
        "/short.json": Answer(body=json.dumps({"rows": ROWS[:-110]}).encode()),
        "/moved.json": Answer(302, headers={"Location": "/list.json"}),
        "/away.json": Answer(302, headers={"Location": "http://elsewhere.invalid/list.json"}),
        "/secret.json": Answer(403),
    }

    def answer(asked: Asked) -> Answer:
        return answers.get(asked.path, Answer(404))

    loopback = LoopbackServer(answer).start()
    yield f"http://127.0.0.1:{loopback.port}"
    loopback.stop()


class Database:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str | Path) -> CompletedProcess[str]:
        return airlock(*arguments, AIRLOCK_DB=str(self.folder))

    def update(self, source: str | Path) -> CompletedProcess[str]:
        return self.run("db", "update", "--popular", source)

    def status(self, code: int = 0) -> dict[str, Any]:
        done = self.run("db", "status", "--format", "json")
        assert done.returncode == code, done.stderr
        document = json.loads(done.stdout)
        assert document["folder"] == str(self.folder)
        parts = {part["part"]: part for part in document["parts"]}
        popular: dict[str, Any] = parts["popular"]
        return popular


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "db")


def test_without_a_list_the_built_in_one_is_told(database: Database) -> None:
    status = database.status()
    assert status["condition"] == "absent"
    assert "built-in" in status["message"]
    assert not database.folder.exists(), "asking makes nothing"


@pytest.mark.parametrize("document", [LIST, PUBLISHED])
def test_a_file_is_kept_and_every_command_reads_it(
    database: Database, tmp_path: Path, document: bytes
) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(document)
    done = database.update(path)
    assert done.returncode == 0, done.stderr
    assert "popular: current: 201 names" in done.stdout
    path.unlink()

    status = database.status()
    assert (status["condition"], status["source"]) == ("current", str(path))
    assert "201 names" in database.run("db", "status").stdout
    held = database.run("name", "check", "frobnictaor")
    assert (held.returncode, "taken for frobnicator" in held.stdout) == (3, True)
    assert str(database.folder) in database.run("doctor", "--offline").stdout


@pytest.mark.parametrize("name", ["list", "packed", "moved"])
def test_a_list_comes_over_http(database: Database, server: str, name: str) -> None:
    done = database.update(server.replace("//", "//ada:secret@") + f"/{name}.json")
    assert done.returncode == 0, done.stderr
    assert database.status()["source"] == f"{server}/{name}.json"
    assert "secret" not in "".join(file.read_text() for file in database.folder.iterdir())


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{server}/broken.json", "cannot be used"),
        ("{server}/cut.json", "broke off"),
        ("{server}/bomb.json", "more than 16 MiB"),
        ("{server}/nothing.json", "404"),
        ("{server}/secret.json", "403"),
        ("{server}/away.json", "elsewhere.invalid"),
        ("{server}/short.json", "91 names are not between"),
        ("http://elsewhere.invalid/list.json", "not encrypted"),
        ("https://", "is not the URL"),
        ("{folder}/nothing.json", "No such file"),
        ("{folder}", "directory"),
    ],
)
def test_what_is_no_list_changes_nothing(
    database: Database, server: str, tmp_path: Path, source: str, told: str
) -> None:
    (tmp_path / "list.json").write_bytes(LIST)
    assert database.update(tmp_path / "list.json").returncode == 0
    before = (database.folder / "popular.json").read_bytes()

    done = database.update(source.format(server=server, folder=tmp_path))

    assert done.returncode == 4
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert (database.folder / "popular.json").read_bytes() == before
    assert [file.name for file in database.folder.iterdir()] == ["popular.json"]


def test_a_list_that_lost_most_of_its_names_is_not_taken_over(
    database: Database, tmp_path: Path
) -> None:
    many = [[f"name{number}x", number] for number in range(500)]
    for rows, code in ((many, 0), (many[:240], 4), (many[:260], 0)):
        (tmp_path / "list.json").write_text(json.dumps({"rows": rows}))
        assert database.update(tmp_path / "list.json").returncode == code
    assert database.status()["message"] == "260 names"


def test_a_damaged_list_is_told_and_holds(database: Database, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_bytes(LIST)
    database.update(tmp_path / "list.json")
    kept = database.folder / "popular.json"
    whole = kept.read_bytes()
    for damaged in (whole[:-10], whole.replace(b'["name7x",999993],', b""), b""):
        kept.write_bytes(damaged)
        status = database.status(code=4)
        assert (status["condition"], status["cure"]) == (
            "broken",
            "Make it anew: airlock db update popular",
        )
    assert database.run("name", "check", "requests").returncode == 3
    assert database.update(tmp_path / "list.json").returncode == 0, "it is mended by an update"


def test_a_folder_that_cannot_be_written_to_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_bytes(LIST)
    done = Database(Path(os.devnull) / "db").update(tmp_path / "list.json")
    assert done.returncode == 4
    assert "cannot be written to" in done.stderr


def test_a_part_that_is_not_there_is_wrong_usage(database: Database) -> None:
    done = database.run("db", "update", "weather")
    assert done.returncode == 2
    assert "popular" in done.stderr


def test_without_a_folder_of_its_own_it_lies_in_the_users(tmp_path: Path) -> None:
    for variable, folder in (("XDG_DATA_HOME", "data"), ("HOME", "home/.local/share")):
        home = {"HOME": str(tmp_path / "home"), "XDG_DATA_HOME": "", "AIRLOCK_DB": ""}
        home[variable] = str(tmp_path / folder.partition("/")[0])
        done = airlock("db", "status", **home)
        assert done.stdout.startswith(f"In {tmp_path / folder / 'airlock'}:")
