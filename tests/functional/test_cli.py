"""``airlock`` itself: what it says of itself, what it loads, and ``airlock waive``."""

import hashlib
import re
import sys
from pathlib import Path

import pytest

from airlock import __version__, assembly
from tests.functional.conftest import airlock, run
from tests.simulators.upstream import make_wheel

DIGEST = hashlib.sha256(b"example").hexdigest()


def loaded(*arguments: str | Path, **environment: str) -> set[str]:
    """Return the top-level modules that a command imports."""
    done = run(sys.executable, "-X", "importtime", "-m", "airlock", *arguments, **environment)
    assert done.returncode == 0, done.stderr
    names = re.findall(r"^import time:.*\|\s+([\w.]+)$", done.stderr, re.MULTILINE)
    return {name.partition(".")[0] for name in names}


HEAVY = {"sqlalchemy", "alembic", "starlette", "uvicorn", "httpx", "pypi_simple", "rich", "obstore"}


def test_help_loads_almost_nothing() -> None:
    modules = loaded("--help")
    assert "click" in modules
    assert not modules & (HEAVY | {"msgspec", "asyncio", "multiprocessing", "yara_x", "rapidfuzz"})


def test_scan_of_a_file_loads_neither_server_nor_client(tmp_path: Path) -> None:
    filename, data = make_wheel("harbour", "1.0")
    (tmp_path / filename).write_bytes(data)
    modules = loaded("scan", tmp_path / filename)
    assert "msgspec" in modules
    assert not modules & HEAVY


def test_version() -> None:
    done = airlock("--version")
    assert (done.returncode, done.stdout) == (0, f"airlock, version {__version__}\n")


def test_help_names_every_command_and_exit_code() -> None:
    done = airlock("--help")
    assert done.returncode == 0
    for word in ("doctor", "scan", "serve", "waive", "1 refused", "3 held"):
        assert word in done.stdout


@pytest.mark.parametrize("command", ["doctor", "scan", "serve", "waive"])
def test_every_command_explains_itself(command: str) -> None:
    done = airlock(command, "--help")
    assert done.returncode == 0
    assert f"Usage: airlock {command}" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [(), ("nothing",), ("--nothing",), ("waive", "nothing")])
def test_what_is_no_command_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    done = airlock(*arguments)
    assert done.returncode == 2
    assert "Usage: airlock" in done.stderr


class Desk:
    """Waivers in a data folder of a gate."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        assembly.store(self.data).close()

    def waive(self, *arguments: str) -> tuple[int, str]:
        done = airlock("waive", *arguments, "--data", self.data)
        text = done.stdout + done.stderr
        assert "Traceback" not in text
        assert all(line.isprintable() for line in text.split("\n"))
        return done.returncode, text

    def add(self, scope: str, *more: str) -> tuple[int, str]:
        return self.waive("add", scope, "--reason", "read by hand", "--by", "Ada", *more)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_waiver_is_given_shown_and_taken_back(desk: Desk) -> None:
    assert desk.waive("list") == (0, "No waiver is in force.\n")

    code, text = desk.add("Har_Bour", "--days", "2.5")
    assert code == 0
    waiver = text.split()[1].rstrip(":")
    code, shown = desk.waive("list")
    assert code == 0
    assert shown.startswith(f"{waiver}  admit har-bour by Ada, until ")
    assert "read by hand" in shown

    assert desk.waive("revoke", waiver, "--reason", "no more", "--by", "Ada")[0] == 0
    assert desk.waive("list") == (0, "No waiver is in force.\n")


def test_waiver_of_a_digest_may_refuse(desk: Desk) -> None:
    code, text = desk.add(DIGEST.upper(), "--decision", "refuse")
    assert code == 0
    assert f"refuse {DIGEST} by Ada" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("har bour", "--reason", "why", "--by", "Ada"),
        ("../harbour", "--reason", "why", "--by", "Ada"),
        ("harbour", "--by", "Ada"),
        ("harbour", "--reason", " ", "--by", "Ada"),
        ("harbour", "--reason", "why", "--by", ""),
        ("harbour", "--reason", "one\ntwo", "--by", "Ada"),
        ("harbour", "--reason", "why\x1b[2J", "--by", "Ada"),
        ("harbour", "--reason", "why", "--by", "Ada", "--days", "0"),
        ("harbour", "--reason", "why", "--by", "Ada", "--days", "nan"),
        ("harbour", "--reason", "why", "--by", "Ada", "--days", "1e15"),
        ("harbour", "--reason", "why", "--by", "Ada", "--decision", "perhaps"),
        ("--reason", "why", "--by", "Ada"),
    ],
)
def test_waiver_that_makes_no_sense_is_wrong_usage(desk: Desk, arguments: tuple[str, ...]) -> None:
    code, text = desk.waive("add", *arguments)
    assert code == 2
    assert text
    assert desk.waive("list") == (0, "No waiver is in force.\n")


def test_waiver_that_is_not_there_cannot_be_taken_back(desk: Desk) -> None:
    code, text = desk.waive("revoke", "nothing", "--reason", "why", "--by", "Ada")
    assert code == 2
    assert "there is no waiver nothing" in text


@pytest.mark.parametrize(
    "command",
    [
        ("waive", "list"),
        ("waive", "add", "harbour", "--reason", "why"),
        ("waive", "revoke", "nothing", "--reason", "why"),
        ("name", "owner", "list"),
        ("name", "owner", "show", "harbour"),
        ("name", "owner", "claim", "acme-*", "--reason", "ours"),
        ("name", "owner", "release", "acme-*", "--reason", "sold"),
        ("name", "phantoms"),
    ],
)
def test_folder_that_no_gate_uses_is_wrong_usage_and_stays_as_it_is(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    """What is decided in a mistyped folder would hold nowhere."""
    wrong = tmp_path / "dtaa"
    for folder in (wrong, tmp_path, Path("/proc/nothing")):
        done = airlock(*command, "--data", folder)
        assert done.returncode == 2
        assert f"no gate keeps its data in {folder}" in done.stderr
        assert "--data" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_used_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "airlock.db").write_text("something else, and long enough to be looked at")
    done = airlock("waive", "list", "--data", tmp_path)
    assert done.returncode == 4
    assert "the store refused" in done.stderr
