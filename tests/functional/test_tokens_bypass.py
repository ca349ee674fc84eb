"""A token uploads what it was made for, while it is worth something, and nothing else.

The seams: another spelling of a name; a file of another project in the form of one's own; a token
that has ended; no token at all; a token of one project that is reached by a prefix.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.functional.conftest import Gate, airlock
from tests.functional.hosting import send
from tests.simulators.upstream import make_wheel

EVERYTHING = ("--allow", "create", "--allow", "upload")


def cli(gate: Gate, *arguments: str) -> str:
    done = airlock(*arguments, "--data", gate.data)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture
def gate(start_gate: Callable[..., Gate]) -> Gate:
    made = start_gate("--reading", "users", "--offline")
    cli(made, "user", "add", "ada", "--admin")
    # Whether an upstream has a name cannot be known offline.
    cli(made, "name", "owner", "claim", "acme-*", "--reason", "ours", "--by", "Ada")
    return made


def token(gate: Gate, *scopes: str, account: str = "ada") -> str:
    on = [word for scope in scopes for word in ("--on", scope)]
    return cli(gate, "token", "create", account, *EVERYTHING, *on, "--description", "a test's")


def status(gate: Gate, by: str | None, project: str, spelled: str = "") -> int:
    wheel = make_wheel(project, "1.0")
    return send(gate, wheel, spelled or project, token=by).status_code


def test_one_project_in_every_spelling_and_no_other(gate: Gate) -> None:
    by = token(gate, "Acme.Tool")
    for project in ("acme-tools", "acme", "acmetool", "acme-tool-extra"):
        assert status(gate, by, project) == 403, project
    # A file of another project in the form of one's own, and the other way round.
    assert status(gate, by, "other", "acme-tool") == 400
    assert status(gate, by, "acme-tool", "other") in {400, 403}
    assert status(gate, by, "acme-tool", "ACME_tool") == 200


def test_prefix_ends_at_a_word(gate: Gate) -> None:
    by = token(gate, "acme-*")
    assert status(gate, by, "acmes") == 403
    assert status(gate, by, "acme-tool") == 200


def test_nobody_and_nothing(gate: Gate) -> None:
    good = token(gate, "*")
    for by in (None, "x", good[:-1], good.upper(), f"{good}=", "airlock_"):
        assert status(gate, by, "acme-tool") == 401, by
    assert httpx.get(f"{gate.url}/simple/", timeout=60).status_code == 401
    assert "acme-tool" not in cli(gate, "log", "show", "--kind", "upload")


def test_ended_by_time_by_hand_or_with_its_owner(gate: Gate) -> None:
    revoked, expired, orphan = (token(gate, "*") for _ in range(3))
    cli(gate, "user", "add", "bob")
    powerless = token(gate, "*", account="bob")
    cli(gate, "token", "revoke", revoked.split("_")[1])
    with closing(sqlite3.connect(gate.data / "airlock.db")) as database, database:
        past = ("2020-01-01 00:00:00.000000", expired.split("_")[1])
        database.execute("UPDATE tokens SET created_at = '2019-01-01 00:00:00.000000'")
        database.execute("UPDATE tokens SET expires_at = ? WHERE id = ?", past)
    assert status(gate, revoked, "acme-tool") == 401
    assert status(gate, expired, "acme-tool") == 401
    # Whoever has no role has none by a token either.
    assert status(gate, powerless, "acme-tool") == 403
    cli(gate, "user", "disable", "ada")
    assert status(gate, orphan, "acme-tool") == 401


def test_token_to_read_writes_nothing(gate: Gate, tmp_path: Path) -> None:
    reads = cli(
        gate, "token", "create", "ada", "--allow", "read", "--on", "*", "--description", "d"
    )
    assert status(gate, reads, "acme-tool") == 403
    bearer = {"authorization": f"Bearer {reads}"}
    for method, path in (
        ("POST", "/api/users"),
        ("PUT", "/api/roles"),
        ("POST", "/api/tokens"),
        ("POST", "/api/names"),
        ("POST", "/api/publishers"),
        ("PUT", "/api/projects/acme-tool/status"),
    ):
        body = {"name": "eve", "account": "ada", "role": "admin", "scope": "*"}
        answer = httpx.request(method, f"{gate.url}{path}", json=body, headers=bearer, timeout=60)
        assert answer.status_code in {400, 403}, path
    assert "eve" not in cli(gate, "user", "list")
