"""Whatever is sent to what the OpenAPI document names, the gate never answers that it failed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.functional.conftest import Gate, clean_environment
from tests.functional.hosting import BIN, TOKEN, send
from tests.simulators.packages import make_wheel
from tests.simulators.upstream import Upstream

# Some hundred operations, each asked in many ways.
PATIENCE_SECONDS = 900.0


def schemathesis(gate: Gate) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / "st"), "run", f"{gate.url}/openapi.json"]
    command += ["--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing"]
    command += ["--max-examples", "8", "--request-timeout", "60"]
    command += ["--header", f"Authorization: Bearer {TOKEN}", "--seed", "1", "--no-color"]
    return subprocess.run(
        command,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_no_request_makes_the_gate_fail(
    start_gate: Callable[..., Gate],
    upstream: Upstream,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The fuzzer keeps what it found where it runs.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "token").write_text(TOKEN)
    gate = start_gate("--admin-token-file", tmp_path / "token")
    upstream.add(*make_wheel("harbour", "1.0"))
    gate.listed("harbour")

    done = schemathesis(gate)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert "POST /legacy/" in done.stdout or "Selected: 1" in done.stdout, done.stdout


def test_json_of_a_project_and_of_a_release(
    start_gate: Callable[..., Gate], upstream: Upstream, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(TOKEN)
    gate = start_gate("--admin-token-file", tmp_path / "token")
    old = make_wheel("acme-tool", "1.0")
    new = make_wheel("acme-tool", "2.0", requires=["anchor"], requires_python=">=3.9")
    assert send(gate, old, "acme-tool").status_code == 200
    assert send(gate, new, "acme-tool", version="2.0").status_code == 200

    answer = gate.get("/pypi/acme-tool/json")

    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["info"]["version"], told["info"]["requires_dist"]) == ("2.0", ["anchor"])
    assert told["info"]["summary"] == "An example called acme-tool."
    assert list(told["releases"]) == ["1.0", "2.0"]
    assert told["last_serial"] == int(answer.headers["x-pypi-last-serial"]) > 0
    (file,) = told["urls"]
    assert httpx.get(file["url"], timeout=60, follow_redirects=True).content == new[1]
    assert gate.get("/pypi/acme-tool/1/json").json()["info"]["version"] == "1.0"
    assert gate.get("/pypi/acme-tool/7.0/json").status_code == 404
    assert gate.get("/pypi/nothing-here/json").status_code == 404
