"""Whose a name is decides whom the gate asks for it: with real pip, uv and ``airlock``."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.functional.conftest import Gate, Installer, airlock
from tests.simulators.upstream import Upstream, make_wheel

JSON = "application/vnd.pypi.simple.v1+json"
TOKEN = "a-token-that-is-long-enough"
CLAIM = {"name": "Acme_*", "by": "Ada", "reason": "ours", "organisation": "Acme"}
# No claims: nothing, no name, a word that is none of a claim's, no object, far too much.
NO_CLAIMS: list[object] = [{}, {**CLAIM, "name": "*"}, {**CLAIM, "x": 1}, [], "x" * 100_000]


def claimed(gate: Gate, pattern: str, *options: str) -> None:
    done = airlock(
        "name", "owner", "claim", pattern, "--by", "Ada", "--reason", "ours", "--data", gate.data,
        *options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def leaked(upstream: Upstream, word: str) -> list[str]:
    """Return what upstream could read of a word: in paths and in headers."""
    return [
        asked.path
        for asked in upstream.asked
        if word in f"{asked.path} {asked.headers}".lower().replace("_", "-").replace(".", "-")
    ]


@pytest.fixture
def gate(start_gate: Callable[..., Gate]) -> Gate:
    return start_gate()


@pytest.mark.parametrize("pattern", ["acme-internal", "Acme_*"])
def test_confused_dependency_is_not_even_asked_for(
    gate: Gate, upstream: Upstream, installer: Installer, pattern: str
) -> None:
    upstream.add(*make_wheel("acme-internal", "99.0"))
    upstream.add(*make_wheel("harbour", "1.0", requires=["acme-internal"]))
    claimed(gate, pattern)

    done = installer.install(gate.simple, "harbour", "acme-internal")

    assert done.returncode != 0
    assert installer.installed() == set()
    assert upstream.count("/simple/harbour/") >= 1
    assert leaked(upstream, "acme") == []


def test_private_name_is_404_with_the_reason(gate: Gate, upstream: Upstream) -> None:
    upstream.add(*make_wheel("acme-internal", "99.0"))
    claimed(gate, "acme-*")

    for accept in (JSON, "text/html", "*/*"):
        answer = gate.get("/simple/acme-internal/", accept)
        assert answer.status_code == 404
        reason = "acme-internal belongs to this index; it hosts no release of it"
        assert answer.headers["airlock-verdict"] == reason
        assert "99.0" not in answer.text
    told = gate.get("/simple/acme-internal/", JSON).json()
    assert (told["owner"], told["claim"]["pattern"]) == ("here", "acme-*")
    assert "Ada" in told["why"]
    assert leaked(upstream, "acme") == []


def test_claim_holds_at_once_for_what_was_served_before(gate: Gate, upstream: Upstream) -> None:
    """Whoever slipped a name in before the prefix was reserved does not keep it."""
    filename, data = make_wheel("acme-tool", "99.0")
    upstream.add(filename, data)
    assert gate.listed("acme-tool") == [filename]
    assert gate.file(filename).status_code == 200
    assert gate.get("/api/names/acme-tool").json()["owner"] == upstream.url

    done = airlock(
        "name", "owner", "claim", "acme-*", "--by", "Ada", "--reason", "ours", "--data", gate.data
    )

    assert "acme-tool was served from an upstream until now" in done.stdout
    assert gate.get("/simple/acme-tool/", JSON).status_code == 404
    refused = gate.get(gate.file_path(filename), "application/json")
    assert refused.status_code == 403
    assert "belongs to this index, not to" in refused.headers["airlock-verdict"]
    assert refused.json()["owner"] == "here"


def test_exact_claim_for_an_upstream_beats_a_prefix(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("acme-public", "1.0")
    upstream.add(filename, data)
    claimed(gate, "acme-*")
    claimed(gate, "acme-public", "--upstream", upstream.url)

    assert gate.listed("acme-public") == [filename]
    assert gate.file(filename).content == data
    assert gate.get("/simple/acme-other/", JSON).status_code == 404


def test_name_stays_with_the_upstream_that_first_served_it(
    gate: Gate, upstream: Upstream, tmp_path: Path
) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    assert gate.listed("harbour") == [filename]
    gate.stop()
    with Upstream() as other:
        other.add(filename, data)
        gate.upstream = other
        gate.start()

        moved_in = gate.get("/simple/harbour/", JSON)
        assert moved_in.status_code == 404
        assert upstream.url in moved_in.headers["airlock-verdict"]
        assert other.asked == []

        move = ("--by", "Ada", "--reason", "our mirror", "--data", gate.data)
        done = airlock("name", "owner", "move", upstream.url, other.url, *move)
        assert "1 names belong to" in done.stdout
        assert gate.listed("harbour") == [filename]
        assert gate.file(filename).content == data


def test_verdict_and_page_of_a_name_say_whose_it_is(gate: Gate, upstream: Upstream) -> None:
    filename, data = make_wheel("harbour", "1.0")
    digest = upstream.add(filename, data)
    gate.listed("harbour")
    gate.file(filename)

    page = gate.get(f"/verdicts/{digest}", "text/html").text
    about = gate.get("/names/Harbour", "text/html").text

    assert upstream.url in page
    assert "/names/harbour" in page
    assert "first served from there" in about
    assert gate.get(f"/verdicts/{digest}", "application/json").json()["owner"] == upstream.url


def test_owners_are_shown_listed_and_released(gate: Gate, upstream: Upstream) -> None:
    claimed(gate, "acme-*", "--organisation", "Acme")
    shown = airlock("name", "owner", "show", "Acme.X", "--data", gate.data, "--index", upstream.url)
    assert "acme-x belongs to this index" in shown.stdout
    assert "Only Acme may upload it" in shown.stdout

    said = ("--by", "Bob", "--reason", "sold", "--data", gate.data)
    assert airlock("name", "owner", "release", "acme-*", *said).returncode == 0
    assert airlock("name", "owner", "release", "acme-*", *said).returncode == 2
    listed = airlock("name", "owner", "list", "--data", gate.data)
    assert "No name is claimed." in listed.stdout


class TestApi:
    """``/api/names``."""

    def test_without_a_token_file_nobody_claims(self, gate: Gate) -> None:
        for header in ({}, {"authorization": f"Bearer {TOKEN}"}, {"authorization": "Bearer x"}):
            answer = httpx.post(f"{gate.url}/api/names", json=CLAIM, headers=header)
            assert answer.status_code == 401
        assert gate.get("/api/names/acme-x").json()["claim"] is None

    def test_claims_with_the_token_only(
        self, start_gate: Callable[..., Gate], tmp_path: Path
    ) -> None:
        token = tmp_path / "token"
        token.write_text(f"{TOKEN}\n")
        gate = start_gate("--admin-token-file", token)
        url = f"{gate.url}/api/names"
        admin = {"authorization": f"Bearer {TOKEN}"}

        for wrong in ({}, {"authorization": "Bearer x"}, {"authorization": f"Basic {TOKEN}"}):
            answer = httpx.post(url, json=CLAIM, headers=wrong)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].endswith("Bearer")
        made = httpx.post(url, json=CLAIM, headers=admin)
        assert (made.status_code, made.json()["pattern"]) == (201, "acme-*")
        told = gate.get("/api/names/acme-x").json()
        assert (told["owner"], told["organisation"]) == ("here", "Acme")
        assert told["claim"]["by"] == "Ada"

        ended = {"name": "acme-*", "by": "Ada", "reason": "sold"}
        assert httpx.request("DELETE", url, json=ended, headers=admin).status_code == 200
        assert httpx.request("DELETE", url, json=ended, headers=admin).status_code == 404
        for claim in NO_CLAIMS:
            answer = httpx.post(url, json=claim, headers=admin)
            assert answer.status_code in {400, 413}, claim
        assert httpx.post(url, content=b"\xff{", headers=admin).status_code == 400

    def test_token_that_can_be_guessed_is_refused(self, tmp_path: Path) -> None:
        token = tmp_path / "token"
        token.write_text("admin")
        done = airlock("serve", "--admin-token-file", token, "--data", tmp_path / "data")
        assert done.returncode == 2
        assert "16 characters" in done.stderr
