"""``airlock watch`` and ``airlock worker`` as their user runs them, on an index on loopback."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from airlock import cli
from airlock.errors import AirlockError
from tests.functional.conftest import airlock
from tests.simulators import hostile
from tests.simulators.upstream import Fault, Upstream, make_sdist, make_wheel

EVIL = make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC)


def watch(upstream: Upstream, folder: Path, *options: str, **environment: str) -> tuple[int, str]:
    done = airlock(
        "watch", "--source", upstream.url, "--data", folder, "--once", "--rate", "1000",
        "-j", "1", *options, **environment,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


class Shown(NamedTuple):
    returncode: int
    stdout: str


def shown(*words: str | Path) -> Shown:
    """Run a command that only reads, in this process."""
    done = CliRunner().invoke(cli.airlock, [str(word) for word in words])
    if isinstance(done.exception, AirlockError):
        return Shown(done.exception.exit_code, done.output)
    return Shown(done.exit_code, done.output)


def status(folder: Path) -> dict[str, object]:
    told = shown("watch", "status", "--data", folder, "--format", "json")
    found: dict[str, object] = json.loads(told.stdout)
    return found


def test_everything_is_looked_at_once_and_what_cannot_be_is_a_letter(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.tells = {"changelog", "serials"}
    upstream.add(*make_wheel("anchor", "1.0"))
    upstream.add(*EVIL)
    code, told = watch(upstream, tmp_path, "--backfill")
    assert code == 0, told
    assert "done: 2" in told
    found = status(tmp_path)
    assert (found["done"], found["dead"]) == (2, 0)
    entries = shown("log", "show", "--data", tmp_path).stdout
    assert "alert-critical" in entries
    where = ("--data", str(tmp_path))
    assert "evil_pkg-1.0.tar.gz" in shown("watch", "alerts", *where).stdout
    feed = shown("watch", "alerts", "--format", "atom", "--severity", "critical", *where).stdout
    assert "<title>refuse: evil-pkg 1.0</title>" in feed
    assert "setup.py, line" in shown("watch", "report", "evil-pkg", *where).stdout
    assert '"id": "MAL-0000-airlock-' in shown("watch", "osv", "evil-pkg", *where).stdout
    assert shown("watch", "osv", "anchor", *where).returncode == 2
    assert shown("watch", "report", "nobody", *where).returncode == 2

    upstream.forget()
    upstream.add(*make_wheel("anchor", "2.0"), upload_time=dt.datetime.now(dt.UTC))
    upstream.add(*make_wheel("harbour", "1.0"), upload_time=dt.datetime.now(dt.UTC))
    upstream.fault("/files/harbour*", Fault.STATUS, 500)
    code, told = watch(upstream, tmp_path)
    assert code == 3, told
    assert upstream.count("/files/anchor-1.0*") == 0
    assert status(tmp_path)["done"] == 3
    waiting = shown("watch", "letters", "--waiting", "--data", tmp_path).stdout
    assert "harbour-1.0-py3-none-any.whl (static): 1 attempt (again at 20" in waiting
    assert shown("watch", "letters", "--data", tmp_path).stdout == "There are none.\n"
    assert "0 queued" in shown("watch", "requeue", "--all", "--data", tmp_path).stdout
    assert shown("watch", "requeue", "--data", tmp_path).returncode == 2
    assert shown("watch", "requeue", "99", "--data", tmp_path).returncode == 2


def test_named_projects_of_an_index_that_tells_nothing(upstream: Upstream, tmp_path: Path) -> None:
    upstream.add(*make_wheel("anchor", "1.0"))
    upstream.add(*make_wheel("harbour", "1.0"))
    code, told = watch(upstream, tmp_path)
    assert code == 4
    assert "--project" in told
    code, told = watch(upstream, tmp_path, "--project", "Anchor", "--since", "2019-01-01")
    assert code == 0, told
    assert "by projects" in told
    assert status(tmp_path)["done"] == 1
    assert upstream.count("/files/harbour*") == 0


def test_what_was_published_since_needs_an_index_that_tells_it(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.tells = {"changelog", "serials"}
    upstream.add(*make_wheel("anchor", "1.0"), upload_time=dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
    upstream.add(*make_wheel("harbour", "1.0"), upload_time=dt.datetime(2021, 9, 1, tzinfo=dt.UTC))
    code, told = watch(upstream, tmp_path, "--since", "2021-05-01")
    assert code == 0, told
    assert status(tmp_path)["done"] == 1
    assert upstream.count("/files/harbour*") == 1
    serials = ("--follow", "serials", "--since", "2021-05-01")
    code, told = watch(upstream, tmp_path / "other", *serials)
    assert code == 2
    assert "--backfill" in told


def test_it_can_be_stopped_while_its_index_is_away(tmp_path: Path) -> None:
    words = ["watch", "--source", "http://127.0.0.1:1/simple/", "--data", str(tmp_path), "-j", "0"]
    started = [sys.executable, "-m", "airlock", *words]
    with subprocess.Popen(started, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            assert any("not-told" in line for line in process.stderr)
            process.terminate()
            assert process.wait(60) == 0
        finally:
            process.kill()


@pytest.mark.parametrize("content", [b"", b"# none\n\n", b"\xff\xfe"])
def test_a_list_without_projects_is_not_the_whole_index(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list").write_bytes(content)
    told = shown("watch", "--projects", tmp_path / "list", "--data", tmp_path / "d", "--once")
    assert (told.returncode, (tmp_path / "d").exists()) == (2, False)
    assert shown("watch", "requeue", str(2**64), "--data", tmp_path).returncode == 2


def test_status_of_a_folder_without_a_store(tmp_path: Path) -> None:
    assert shown("watch", "status", "--data", tmp_path).returncode == 2
