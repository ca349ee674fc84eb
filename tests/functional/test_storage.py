"""PostgreSQL and an object store by two settings; several gates share them; both survive kills."""

import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from airlock.errors import AirlockError
from airlock.store import open_records
from tests.functional.conftest import Gate, Installer, airlock
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.s3 import S3
from tests.simulators.upstream import Upstream, make_wheel
from tests.unit.store.examples import digest, verdict
from tests.unit.workers.examinations import until

JSON = "application/vnd.pypi.simple.v1+json"


@pytest.fixture
def places(postgresql: PostgreSQL, s3: S3) -> dict[str, str]:
    """The two settings, with a database and a bucket of the test's own."""
    url = postgresql.database()
    return {
        "AIRLOCK_DATABASE": url.replace("postgresql+psycopg", "postgresql"),
        "AIRLOCK_BLOBS": s3.bucket(),
        **s3.environment,
    }


@pytest.mark.parametrize("installer", ["uv"], indirect=True)
def test_gates_share_a_database_and_a_bucket(
    start_gate: Callable[..., Gate],
    upstream: Upstream,
    places: dict[str, str],
    installer: Installer,
    tmp_path: Path,
) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    one = start_gate("--reading", "users", **places)
    other = start_gate("--reading", "users", **places)

    def cli(*arguments: str, data_folder: Path = one.data, code: int = 0) -> str:
        done = airlock(*arguments, AIRLOCK_DATA=str(data_folder), **places)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    cli("user", "add", "ci")
    made = cli("token", "create", "ci", "--allow", "read", "--on", "*", "--description", "a test")
    token = made.strip()
    simple = one.simple.replace("http://", f"http://__token__:{token}@")

    assert installer.install(simple, "harbour").returncode == 0
    bearer = {"authorization": f"Bearer {token}"}
    path = one.file_path(filename)
    assert httpx.get(f"{other.url}{path}", headers=bearer).content == data
    assert upstream.count(f"/files/{filename}") <= 1
    assert not (one.data / "airlock.db").exists()
    assert not list(one.data.rglob(upstream.sha256(filename)))

    # Backed up from there, restored into a folder.
    backup, new = tmp_path / "backup", tmp_path / "new"
    # The file, and its metadata.
    assert "2 blobs" in cli("backup", str(backup))
    assert "is whole" in cli("restore", "--check", str(backup))
    restored = airlock("restore", backup, "--data", new)
    assert restored.returncode == 0, restored.stderr
    assert "The log is whole" in airlock("log", "verify", "--data", new).stdout
    assert "0 blobs" in airlock("gc", "--data", new).stdout

    # What one process changes, the page of the other tells, though it was ready to be sent.
    def yanked() -> object:
        page = httpx.get(f"{other.simple}harbour/", headers={**bearer, "accept": JSON})
        return page.json()["files"][0]["yanked"]

    assert yanked() is False
    cli("project", "yank", "harbour", "1.0", "--reason", "loses data")
    assert until(lambda: yanked() == "loses data")

    # What one process takes away, the other sees.
    cli("token", "revoke", token.split("_")[1], data_folder=other.data)
    assert httpx.get(f"{one.url}/api/whoami", headers=bearer).status_code == 401
    assert "The log is whole" in cli("log", "verify")


def test_settings_in_the_data_folder(tmp_path: Path, postgresql: PostgreSQL) -> None:
    url = postgresql.database()
    (tmp_path / "storage.toml").write_text(f'database = "{url}"\n')
    assert airlock("user", "add", "ada", "--data", tmp_path).returncode == 0
    assert not (tmp_path / "airlock.db").exists()
    with open_records(url) as records:
        assert [account.name for account in records.people.accounts()] == ["ada"]


def test_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    place = {"AIRLOCK_DATABASE": f"postgresql://nobody@/none?host={tmp_path}"}
    done = airlock("user", "list", "--data", tmp_path, **place)
    assert done.returncode == 4
    assert "the store refused" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_postgresql_acknowledged_survives_its_kill() -> None:
    with PostgreSQL(durable=True) as server:
        url = server.database()
        acknowledged: list[int] = []
        with open_records(url) as records:
            begun = threading.Event()

            def write() -> None:
                for number in range(100_000):
                    try:
                        records.store.append_verdict(verdict(number))
                    except AirlockError:
                        return
                    acknowledged.append(number)
                    if number == 20:
                        begun.set()

            writer = threading.Thread(target=write)
            writer.start()
            assert begun.wait(120)
            server.kill()
            writer.join(120)
        server.start()
        with open_records(url) as records:
            for number in acknowledged:
                assert records.store.verdicts(digest(number)) == (verdict(number),)
            found = records.log.verify([])
            assert found.faults == ()
            assert found.head is not None
            assert found.head.seq >= len(acknowledged)


def test_gate_goes_on_after_its_database_was_killed(
    start_gate: Callable[..., Gate], upstream: Upstream
) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    with PostgreSQL(durable=True) as server:
        gate = start_gate(AIRLOCK_DATABASE=server.database())
        assert gate.listed("harbour") == [filename]
        server.kill()
        # Its own processes take a moment to notice.
        assert any(gate.get("/ready").status_code == 503 for _ in range(10_000))
        server.start()
        assert gate.get("/ready").status_code == 200
        assert gate.get("/health").status_code == 200
        assert gate.file(filename).content == data
