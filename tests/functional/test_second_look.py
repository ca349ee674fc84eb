"""What a gate holds is run in a sandbox, in the background, and judged on that as well."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.detonation.samples import KEY, POST
from tests.functional.conftest import Gate
from tests.sandboxes import require_sandbox, running_in
from tests.simulators.upstream import Upstream, make_wheel
from tests.unit.workers.examinations import until

# Reading alone may hold, never refuse, so that what decides is what is seen.
RULES = """
[policy]
name = "runs what it holds"
detonate = "{detonate}"
agreement = "hold"
checks = {{ code-exfiltration = {{ at-most = "hold" }} }}
"""
STEALS = f"import os\n{KEY}\n{POST.format(data='key')}\n"
# Whoever calls what is exported calls it without arguments.
QUIET = f"import os\ndef send(really):\n    {KEY}\n    {POST.format(data='key')}\n"
QUIET += "if os.sep == '|': send(True)\n"
SECONDS = 240
Start = Callable[..., Gate]


@pytest.fixture
def start(start_gate: Callable[..., Gate], tmp_path: Path) -> Start:
    """Start a gate that runs what it holds, or does not."""

    def started(detonate: str, **environment: str) -> Gate:
        policy = tmp_path / "policy.toml"
        policy.write_text(RULES.format(detonate=detonate))
        return start_gate("--policy", policy, "--listing-age", "0", **environment)

    return started


def test_proof_refuses_and_a_quiet_run_lets_nothing_in(start: Start, upstream: Upstream) -> None:
    require_sandbox()
    needed = make_wheel("needed", "1.0", {"needed.py": "HOST = 'c'\n"})
    upstream.add(*needed)
    steals = f"import needed\n{STEALS}"
    upstream.add(*make_wheel("thief", "1.0", {"thief.py": steals}, requires=["needed"]))
    upstream.add(*make_wheel("quiet", "1.0", {"quiet.py": QUIET}))
    gate = start("held")
    files = {name: f"{name}-1.0-py3-none-any.whl" for name in ("thief", "quiet")}
    for name, filename in files.items():
        gate.listed(name)
        assert gate.file(filename).status_code == 403

    verdicts = {name: _watched(gate, filename) for name, filename in files.items()}

    assert verdicts["thief"]["decision"] == "refuse"
    assert any(
        "It sent an SSH private key" in finding["message"]
        for finding in verdicts["thief"]["findings"]
    )
    assert verdicts["quiet"]["decision"] == "hold"
    assert gate.file(files["thief"]).status_code == gate.file(files["quiet"]).status_code == 403
    page = gate.get(f"/verdicts/{upstream.sha256(files['thief'])}", "text/html").text
    assert "It sent an SSH private key" in page
    assert "Timeline of what happened" in page


@pytest.mark.parametrize("end", [Gate.stop, Gate.kill], ids=["stopped", "killed"])
def test_what_is_being_run_ends_with_the_gate(
    start: Start, upstream: Upstream, end: Callable[[Gate], object]
) -> None:
    require_sandbox()
    upstream.add(
        *make_wheel("slow", "1.0", {"slow.py": f"import os\nwhile os.sep: pass\n{STEALS}"})
    )
    with tempfile.TemporaryDirectory(prefix="airlock-test-") as name:
        work = Path(name)
        # The user that the cell becomes has to get there.
        work.chmod(0o755)
        gate = start("held", TMPDIR=name)
        gate.listed("slow")
        assert gate.file("slow-1.0-py3-none-any.whl").status_code == 403
        assert until(lambda: running_in(work))

        end(gate)

        assert until(lambda: not running_in(work))


def test_nothing_is_run_unless_the_policy_says_so(start: Start, upstream: Upstream) -> None:
    upstream.add(*make_wheel("thief", "1.1", {"thief.py": STEALS}))
    gate = start("never")
    gate.listed("thief")
    assert gate.file("thief-1.1-py3-none-any.whl").status_code == 403
    verdict = _verdict(gate, "thief-1.1-py3-none-any.whl")
    statuses = {one["status"] for one in verdict["outcomes"] if "behaviour" in one["check"]}
    assert (verdict["decision"], statuses) == ("hold", {"skipped"})


def _watched(gate: Gate, filename: str) -> dict[str, Any]:
    """Return the verdict on a file as soon as it was run."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        verdict = _verdict(gate, filename)
        if any(
            one["check"] == "behaviour-leaks" and one["status"] == "saw"
            for one in verdict["outcomes"]
        ):
            return verdict
        time.sleep(0.3)
    pytest.fail(f"{filename} was not run: {gate.log.read_text()[-2000:]}")


def _verdict(gate: Gate, filename: str) -> dict[str, Any]:
    answer = gate.get(f"/verdicts/{gate.upstream.sha256(filename)}", "application/json")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
