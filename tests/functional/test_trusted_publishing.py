"""Real clients upload without a secret, as in a job of GitHub's."""

import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.functional.conftest import Gate, airlock, run
from tests.simulators.issuer import REQUEST_TOKEN, Issuer, github
from tests.simulators.tls import Tls
from tests.simulators.upstream import make_wheel

AUDIENCE = "https://index.acme.example"
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("client", ["twine", "uv"])
def test_job_uploads(start_gate: Callable[..., Gate], tmp_path: Path, client: str) -> None:
    filename, data = make_wheel("acme-tool", "1.0")
    (tmp_path / filename).write_bytes(data)
    with Issuer() as issuer:
        issuer.claims = github()
        gate = start_gate("--oidc-audience", AUDIENCE, "--oidc-issuer", issuer.url)
        where = ("--provider", "github", "--repository", "acme/tool", "--workflow", "release.yml")
        added = airlock(
            "publisher", "add", "Acme_Tool", *where, "--issuer", issuer.url, "--data", gate.data
        )
        assert "acme-tool is published by acme/tool" in added.stdout, added.stderr
        claimed = airlock(
            "name", "owner", "claim", "acme-*", "--by", "Ada", "--reason", "r", "--data", gate.data
        )
        assert claimed.returncode == 0
        job = {
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{issuer.url}/job?version=1",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": REQUEST_TOKEN,
        }
        # Clients insist on HTTPS for this.
        with Tls(gate.port, tmp_path) as tls:
            token = _minted(gate, issuer) if client == "twine" else ""
            command = _upload(f"{tls.url}/legacy/", tmp_path / filename, token)
            done = run(*command, **job, **tls.environment)
        assert done.returncode == 0, done.stdout + done.stderr
    assert gate.listed("acme-tool") == [filename]
    shown = airlock("log", "show", "--kind", "upload", "--data", gate.data).stdout
    assert "publisher" in shown
    assert "acme/tool" in shown


def _minted(gate: Gate, issuer: Issuer) -> str:
    """Do what a job does for clients that know no trusted publishing but of the public index."""
    audience = gate.get("/_/oidc/audience").json()["audience"]
    bearer = {"authorization": f"Bearer {REQUEST_TOKEN}"}
    asked = httpx.get(f"{issuer.url}/job?version=1&audience={audience}", headers=bearer)
    body = {"token": asked.json()["value"]}
    minted = httpx.post(f"{gate.url}/_/oidc/mint-token", json=body)
    assert minted.headers["cache-control"] == "no-store"
    token: str = minted.json()["token"]
    return token


def _upload(url: str, path: Path, token: str) -> list[str | Path]:
    if token:
        known = ("--username", "__token__", "--password", token)
        return [BIN / "twine", "upload", "--repository-url", url, *known, path]
    options = ["--trusted-publishing", "always", "--publish-url", url, "--no-cache"]
    return [BIN / "uv", "publish", *options, path]


def test_gate_without_an_audience_mints_nothing(start_gate: Callable[..., Gate]) -> None:
    gate = start_gate()
    assert gate.get("/_/oidc/audience").status_code == 404
    answer = httpx.post(f"{gate.url}/_/oidc/mint-token", json={"token": "x"})
    assert answer.status_code == 404


def test_answers_of_the_protocol(start_gate: Callable[..., Gate]) -> None:
    with Issuer() as issuer:
        gate = start_gate(
            "--reading", "users", "--oidc-audience", AUDIENCE, "--oidc-issuer", issuer.url
        )
        assert gate.get("/_/oidc/audience").json() == {"audience": AUDIENCE}
        for body, code in (
            (b"", "invalid-payload"),
            (b"{}", "invalid-payload"),
            (b'{"token": 1}', "invalid-payload"),
            (b'{"token": "x"}', "invalid-token"),
            (f'{{"token": "{issuer.token(github(aud=AUDIENCE))}"}}'.encode(), "invalid-publisher"),
        ):
            answer = httpx.post(f"{gate.url}/_/oidc/mint-token", content=body)
            assert answer.status_code == 422, answer.text
            told = answer.json()
            assert (told["success"], told["errors"][0]["code"]) == (False, code)
