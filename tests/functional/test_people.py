"""People and machines, through the command line and the API of a running gate."""

import base64
import json
import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.functional.conftest import Gate, Installer, airlock, run
from tests.simulators.upstream import Upstream, make_wheel

PASSWORD = "correct horse battery"
JSON = "application/vnd.pypi.simple.v1+json"
_NONSENSE = [
    ("POST", "/api/users", "{"),
    ("POST", "/api/users", "[]"),
    ("POST", "/api/users", '{"name": 1}'),
    ("POST", "/api/users", '{"name": "a b"}'),
    ("POST", "/api/users", '{"name": "bob", "admin": true}'),
    ("POST", "/api/users", '{"name": "bob", "password": "short"}'),
    ("POST", "/api/users", '{"name": "bob", "title": "two\\nlines"}'),
    ("PUT", "/api/roles", '{"account": "ada", "role": "emperor", "scope": "*"}'),
    ("PUT", "/api/roles", '{"account": "ada", "role": "owner", "scope": "***"}'),
    ("POST", "/api/tokens", '{"description": "d", "actions": [], "scopes": ["*"]}'),
    ("POST", "/api/tokens", '{"description": "", "actions": ["read"], "scopes": ["*"]}'),
    (
        "POST",
        "/api/tokens",
        '{"description": "d", "actions": ["read"], "scopes": ["*"], "days": 1e99}',
    ),
    ("GET", "/api/log?after=-1", ""),
    ("GET", "/api/log?limit=x", ""),
]
_TOKEN = re.compile(r"airlock_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


class People:
    """A gate and its command line."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    def cli(self, *arguments: str, code: int = 0) -> str:
        done = airlock(*arguments, AIRLOCK_DATA=str(self.gate.data))
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    def token(self, account: str, *arguments: str) -> str:
        made = self.cli("token", "create", account, "--description", "a test's", *arguments)
        text = made.strip()
        assert _TOKEN.fullmatch(text)
        return text

    def ask(self, method: str, path: str, token: str = "", **more: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.request(
            method,
            f"{self.gate.url}{path}",
            headers=headers | more.pop("headers", {}),
            timeout=60,
            **more,
        )


@pytest.fixture
def people(start_gate: Callable[..., Gate]) -> People:
    made = People(start_gate("--reading", "users"))
    done = run(
        *_airlock("user", "add", "Ada", "--admin", "--password-stdin"),
        given=PASSWORD,
        AIRLOCK_DATA=str(made.gate.data),
    )
    assert "ada is a user and administrator." in done.stdout, done.stderr
    return made


def _airlock(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).parent / "airlock"), *arguments]


def _with_token(url: str, token: str) -> str:
    return url.replace("http://", f"http://__token__:{token}@")


def test_installers_read_with_a_token_and_not_without(
    people: People, upstream: Upstream, installer: Installer
) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    people.cli("user", "add", "ci")
    token = people.token("ci", "--allow", "read", "--on", "*")

    assert installer.install(people.gate.simple, "harbour").returncode != 0
    assert installer.installed() == set()
    done = installer.install(_with_token(people.gate.simple, token), "harbour")
    assert done.returncode == 0, done.stderr
    assert "harbour" in installer.installed()


def test_pages_name_nothing_that_their_reader_may_not_read(
    people: People, upstream: Upstream
) -> None:
    people.cli("user", "add", "ci")
    everything = people.token("ci", "--allow", "read", "--on", "*")
    one = people.token("ci", "--allow", "read", "--on", "harbour")
    for name in ("harbour", "secret-plans"):
        filename, data = make_wheel(name, "1.0", requires=["harbour"])
        digest = upstream.add(filename, data)
        people.ask("GET", f"/simple/{name}/", everything)
        assert people.ask("GET", f"/files/{digest}/{filename}", everything).status_code == 200
    pages = ["/", "/search", "/search?q=secret", "/verdicts", "/projects/harbour"]
    for page in pages:
        seen = re.compile("secret.?(<wbr>)?plans")
        assert seen.search(people.ask("GET", page, everything).text), page
        assert not seen.search(people.ask("GET", page, one).text), page
    for page in (f"/verdicts/{digest}", f"/verdicts/{digest}.md", "/projects/secret-plans"):
        assert people.ask("GET", page, one).status_code == 403
        assert people.ask("GET", page, everything).status_code == 200


def test_nothing_but_health_is_open_to_who_may_not_read(people: People, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0")
    digest = upstream.add(filename, data)
    paths = ["/", "/simple/", "/simple/harbour/", f"/files/{digest}/{filename}", "/api/whoami"]
    paths += [f"/verdicts/{digest}", "/names/harbour", "/api/names/harbour", "/api/log", "/nosuch"]
    paths += ["/health/", "/static/", "/static/../simple/harbour/", "//health"]
    for path in paths:
        answer = people.ask("GET", path)
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Basic "), path
    assert people.ask("GET", "/health").status_code == 200
    assert upstream.asked == []


def test_token_is_shown_once_and_stored_hashed(people: People) -> None:
    token = people.token("ada", "--allow", "read", "--on", "*")
    _, token_id, secret = token.split("_", 2)

    listed = people.cli("token", "list") + people.cli("token", "list", "--format", "json")
    logged = people.cli("log", "show") + people.cli("log", "show", "--format", "json")

    assert token_id in listed
    assert token_id in logged
    assert secret not in listed + logged + people.gate.log.read_text()
    with closing(sqlite3.connect(people.gate.data / "airlock.db")) as database:
        dump = "\n".join(database.iterdump())
    assert secret not in dump
    assert PASSWORD not in dump
    assert "$argon2id$" in dump


def test_revoked_token_ends_in_a_running_gate(people: People) -> None:
    token = people.token("ada", "--allow", "admin", "--on", "*", "--forever")
    assert people.ask("GET", "/api/users", token).status_code == 200
    assert "revoked" in people.cli("token", "revoke", token.split("_")[1])
    assert people.ask("GET", "/api/users", token).status_code == 401
    assert "revoked" in people.cli("token", "list", "ada")


def test_disabled_user_and_all_of_their_tokens_end(people: People) -> None:
    token = people.token("ada", "--allow", "admin", "--on", "*")
    assert "out of use" in people.cli("user", "disable", "ada")
    assert people.ask("GET", "/api/users", token).status_code == 401
    people.cli("user", "enable", "ada")
    assert people.ask("GET", "/api/users", token).status_code == 200


def test_token_that_may_only_upload_reads_nothing(people: People) -> None:
    token = people.token("ada", "--allow", "upload", "--on", "*")
    for path in ("/", "/simple/", "/simple/harbour/", "/names/harbour", "/api/names/harbour"):
        assert people.ask("GET", path, token).status_code == 403, path


def test_wrong_use_is_told(people: People) -> None:
    assert "already" in people.cli("user", "add", "ada", code=2)
    assert "no user or team" in people.cli("role", "give", "nobody", "owner", code=2)
    assert "whole index" in people.cli("role", "give", "ada", "admin", "acme-*", code=2)
    assert "no token" in people.cli("token", "revoke", "0" * 12, code=2)
    wrong = ("--allow", "read", "--on", "*x*", "--description", "d")
    assert "not a prefix" in people.cli("token", "create", "ada", *wrong, code=2)


class TestApi:
    """``/api/users``, ``/api/roles``, ``/api/tokens``, ``/api/log``."""

    def test_administrator_with_a_password(self, people: People) -> None:
        basic = {"authorization": f"Basic {base64.b64encode(f'ada:{PASSWORD}'.encode()).decode()}"}
        who = people.ask("GET", "/api/whoami", headers=basic).json()
        assert (who["kind"], who["name"], who["token"]) == ("user", "ada", None)
        made = people.ask("POST", "/api/users", headers=basic, json={"name": "Bob", "title": "B"})
        assert (made.status_code, made.json()["name"]) == (201, "bob")
        again = people.ask("POST", "/api/users", headers=basic, json={"name": "bob"})
        assert again.status_code == 409
        listed = people.ask("GET", "/api/users", headers=basic).json()
        assert [one["name"] for one in listed] == ["ada", "bob"]

    def test_teams_roles_and_what_a_user_may(self, people: People) -> None:
        admin = people.token("ada", "--allow", "admin", "--on", "*")
        for name in ("bob", "eve"):
            body = {"name": name, "password": PASSWORD}
            assert people.ask("POST", "/api/users", admin, json=body).status_code == 201
        assert people.ask("POST", "/api/teams", admin, json={"name": "core"}).status_code == 201
        assert people.ask("PUT", "/api/teams/core/members/bob", admin).status_code == 204
        assert people.ask("GET", "/api/teams/core/members", admin).json() == ["bob"]
        role = {"account": "core", "role": "owner", "scope": "Acme_*"}
        given = people.ask("PUT", "/api/roles", admin, json=role)
        assert given.json() == {**role, "scope": "acme-*", "changed": True}

        bob, eve = ((name, PASSWORD) for name in ("bob", "eve"))
        own = {"account": "eve", "role": "uploader", "scope": "acme-tool"}
        assert people.ask("PUT", "/api/roles", auth=eve, json=own).status_code == 403
        assert people.ask("PUT", "/api/roles", auth=bob, json=own).status_code == 200
        for more in ({"scope": "other"}, {"role": "reviewer"}, {"role": "admin", "scope": "*"}):
            assert people.ask("PUT", "/api/roles", auth=bob, json=own | more).status_code == 403
        assert people.ask("GET", "/api/users", auth=bob).status_code == 403
        assert people.ask("GET", "/api/log", auth=bob).status_code == 403
        assert len(people.ask("GET", "/api/roles", auth=bob).json()) == 2
        assert people.ask("DELETE", "/api/roles", auth=bob, json=own).json()["changed"] is True

    def test_own_tokens(self, people: People) -> None:
        people.cli("user", "add", "bob")
        admin = ("ada", PASSWORD)
        changed = people.ask("PATCH", "/api/accounts/bob", auth=admin, json={"password": PASSWORD})
        assert changed.status_code == 204
        bob = ("bob", PASSWORD)
        wanted = {"description": "CI", "actions": ["read"], "scopes": ["*"]}
        made = people.ask("POST", "/api/tokens", auth=bob, json=wanted)
        assert made.status_code == 201
        assert made.headers["cache-control"] == "no-store"
        token = made.json()["token"]
        assert people.ask("GET", "/api/whoami", token).json()["name"] == "bob"
        for other in ({"account": "ada"}, {"account": "nobody"}):
            answer = people.ask("POST", "/api/tokens", auth=bob, json=wanted | other)
            assert answer.status_code == 403
        # A token that leaked does not multiply.
        assert people.ask("POST", "/api/tokens", token, json=wanted).status_code == 403
        assert "token" not in people.ask("GET", "/api/tokens", token).json()[0]
        of_ada = people.token("ada", "--allow", "read", "--on", "*").split("_")[1]
        assert people.ask("DELETE", f"/api/tokens/{of_ada}", auth=bob).status_code == 404
        own = made.json()["id"]
        assert people.ask("GET", "/simple/", token).status_code == 200
        assert people.ask("DELETE", f"/api/tokens/{own}", auth=bob).status_code == 204
        assert people.ask("GET", "/api/whoami", token).status_code == 401

    def test_what_makes_no_sense_is_400_with_the_reason(self, people: People) -> None:
        for method, path, body in _NONSENSE:
            answer = people.ask(method, path, auth=("ada", PASSWORD), content=body)
            assert answer.status_code == 400, answer.text
            assert answer.json()["error"]


class TestLog:
    """``airlock log``."""

    def test_everything_that_happened_is_in_it_and_it_is_whole(
        self, people: People, upstream: Upstream
    ) -> None:
        filename, data = make_wheel("harbour", "1.0")
        upstream.add(filename, data)
        people.cli("role", "give", "ada", "owner", "acme-*")
        people.cli("waive", "add", "evil-pkg", "--reason", "ours")
        token = people.token("ada", "--allow", "read", "--on", "*")
        accept = {"accept": JSON}
        assert people.ask("GET", "/simple/harbour/", token, headers=accept).status_code == 200
        assert people.ask("GET", people.gate.file_path(filename), token).status_code == 200

        shown = people.cli("log", "show", "--format", "json")
        kinds = [json.loads(line)["kind"] for line in shown.splitlines()]
        assert {"user-added", "password-set", "role-given", "waiver", "token-created"} < set(kinds)
        assert {"verdict", "name-verdict", "claim"} < set(kinds)
        served = people.ask("GET", "/api/log?limit=1000", auth=("ada", PASSWORD)).json()
        assert [entry["kind"] for entry in served["entries"]] == kinds
        anchor = people.cli("log", "anchor").strip()
        assert served["head"] == anchor
        assert "The log is whole" in people.cli("log", "verify", "--anchor", anchor)

    def test_tampering_past_the_triggers_is_seen(self, people: People, tmp_path: Path) -> None:
        people.cli("user", "add", "bob")
        anchor = people.cli("log", "anchor").strip()
        (tmp_path / "anchors").write_text(f"{anchor}\n")
        kept = ("--anchor-file", str(tmp_path / "anchors"))
        self._past_triggers(people, "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)")
        assert "whole" in people.cli("log", "verify")
        assert "before its anchor" in people.cli("log", "verify", *kept, code=1)
        self._past_triggers(people, "UPDATE log SET document = replace(document, 'ada', 'eve')")
        assert "was changed" in people.cli("log", "verify", code=1)
        self._past_triggers(people, "DELETE FROM log WHERE seq = 1")
        assert "entry 1 is missing" in people.cli("log", "verify", code=1)

    def _past_triggers(self, people: People, statement: str) -> None:
        """Do what somebody does who has the file of the database."""
        with closing(sqlite3.connect(people.gate.data / "airlock.db")) as database, database:
            for name in ("log_refuse_update", "log_refuse_delete"):
                database.execute(f"DROP TRIGGER IF EXISTS {name}")
            database.execute(statement)
