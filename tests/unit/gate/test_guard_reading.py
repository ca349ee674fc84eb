"""What the guard reads out of a command, and what it keeps out of lock files."""

from pathlib import Path

import pytest

from airlock.errors import InvalidPolicy, UsageError
from airlock.gate.guard import commands, locks, objections
from airlock.gate.guard.commands import Client, Use
from airlock.policy.guard import GuardRules
from airlock.policy.loading import load_guard_rules


@pytest.mark.parametrize(
    ("words", "client", "action"),
    [
        ("pip install x", Client.PIP, "install"),
        ("/usr/bin/pip3.12 -q download x", Client.PIP, "download"),
        ("python3.11 -m pip install x", Client.PIP, "install"),
        ("uv pip sync r.txt", Client.UV, "pip sync"),
        ("uv --project here sync", Client.UV, "sync"),
        ("uv tool install x", Client.UV, "tool install"),
        ("pipx install x", Client.PIPX, "install"),
    ],
)
def test_known_commands(words: str, client: Client, action: str) -> None:
    read = commands.read(words.split())

    assert (read.client, read.action) == (client, action)


@pytest.mark.parametrize(
    "words",
    ["npm install x", "python setup.py install", "uv run x", "uvx x", "pip", "pipx run x", ""],
)
def test_other_commands_are_not_run(words: str) -> None:
    with pytest.raises(UsageError):
        commands.read(words.split())


@pytest.mark.parametrize(
    "words",
    [
        "--index-url URL",
        "--index-url=URL",
        "--index-u URL",
        "-iURL",
        "-i URL",
        "--ext URL",
        "--extra-index-url=URL",
    ],
)
def test_every_spelling_of_an_index(words: str) -> None:
    read = commands.read(["pip", "install", *words.split(), "x"])

    assert [(one.use, one.value) for one in read.options] == [(Use.INDEX, "URL")]
    assert read.requirements == ("x",)


def test_value_of_an_unknown_option_is_looked_at() -> None:
    words = ["pip", "install", "--brand-new", "https://files.invalid/x.whl"]

    found = objections.examine(commands.read(words), GuardRules(), Path())

    assert "direct URL" in found.objections[0].message


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://a.example/simple/", True),
        ("https://a.example/simple", True),
        ("https://a.example/simple/x", True),
        ("https://a.example/simple-evil/", False),
        ("https://a.example.evil/simple/", False),
        ("https://a.example/simple/../other", False),
        ("https://a.example/simple/%2e%2e/other", False),
        ("http://a.example/simple/", False),
    ],
)
def test_what_a_named_url_covers(url: str, *, allowed: bool) -> None:
    assert GuardRules(allow=("https://a.example/simple/",)).allows(url) is allowed


@pytest.mark.parametrize("allow", ["https://", "*", "https://user:word@a.example/", "ftp://a/"])
def test_policy_names_whole_places(allow: str) -> None:
    with pytest.raises(InvalidPolicy):
        load_guard_rules(f'[policy]\nname = "t"\n[guard]\nallow = ["{allow}"]', origin="policy")


LOCK = (
    'source = {{ registry = "{index}" }}\n'
    '    {{ url = "{file}", hash = "sha256:' + "a" * 64 + '", size = 933 }},\n'
)
THERE = LOCK.format(index="https://i.example/simple", file="https://f.example/b/x-1.0.tar.gz")
HERE = LOCK.format(
    index="http://127.0.0.1:1234/simple/",
    file=f"http://127.0.0.1:1234/files/{'a' * 64}/x-1.0.tar.gz",
)


def test_lock_file_names_the_guard_only_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(THERE)

    with locks.translated(path, "http://127.0.0.1:1234/simple/", "https://o", lambda _d, _n: None):
        assert path.read_text() == HERE

    assert path.read_text() == THERE
    assert [one.name for one in tmp_path.iterdir()] == ["uv.lock"]


def test_lock_file_comes_back_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(HERE)
    path.with_name("uv.lock.airlock-kept").write_text(THERE)

    locks.restore(path)

    assert path.read_text() == THERE


def test_lock_file_of_several_indexes_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    two = THERE + THERE.replace("i.example", "other.example")
    path.write_text(two)

    with (
        pytest.raises(UsageError, match=r"other\.example"),
        locks.translated(path, "http://127.0.0.1:1/simple/", "https://o", lambda _d, _n: None),
    ):
        pass
    assert path.read_text() == two


def test_file_of_unknown_origin_is_no_guess(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"

    with (
        pytest.raises(UsageError, match=r"x-1\.0"),
        locks.translated(path, "http://127.0.0.1:1/simple/", "https://o", lambda _d, _n: None),
    ):
        path.write_text(HERE)
