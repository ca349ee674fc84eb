"""What verification adds to a warm ``uv pip install flask`` through the guard.

A gate signs; the guard verifies it for one command, in this process, so that what the trust client
takes can be told from the rest. CPU seconds: of the guard, of uv, and within them of refreshing,
looking up and verifying. The files come from the index of the user's pip configuration.
"""

import datetime as dt
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from airlock import assembly
from airlock.policy.guard import GuardRules
from airlock.trust import keys, operations, roles
from airlock.trust.client import TrustClient
from benchmarks.install import free_port, start
from benchmarks.measuring import BIN

RUNS = 5
PROJECT = "flask"
PASSPHRASE = "of a benchmark only"
_VERIFYING = ("refresh", "target", "claim", "fetch")


def main() -> None:
    """Print the figures, the median of some runs."""
    with tempfile.TemporaryDirectory(prefix="airlock-verify-") as name:
        folder = Path(name)
        root = _ceremony(folder)
        port = free_port()
        gate = start(port, name, "--trust", str(folder / "trust"))
        # The gate's upstream is the user's; for the guard it would be another place.
        for variable in [one for one in os.environ if one.startswith(("PIP_", "UV_"))]:
            del os.environ[variable]
        os.environ["PIP_CONFIG_FILE"] = os.devnull
        try:
            figures = [_run(folder, number, port, root) for number in range(RUNS + 2)][2:]
        finally:
            gate.terminate()
            gate.wait()
    total, verifying = (median(one[side] for one in figures) for side in (0, 1))
    rest = total - verifying
    print(f"\nwarm uv pip install {PROJECT} through the guard, CPU s, median of {RUNS}")
    print(f"  guard and uv{'':30} {total:8.3f}")
    print(
        f"  of it verification{'':24} {verifying:8.3f}  {100 * verifying / rest:.1f} % of the rest"
    )


def _ceremony(folder: Path) -> Path:
    public = keys.new_key_file(folder / "one", PASSPHRASE)
    (folder / "one.pub").write_bytes(keys.public_document(public))
    given = dict.fromkeys(roles.OFFLINE, ([folder / "one.pub"], 1))
    workspace = operations.begin(folder / "trust", lambda: dt.datetime.now(dt.UTC), given, None, 1)
    workspace.sign_waiting(keys.open_key(str(folder / "one"), None, lambda _name: PASSPHRASE))
    workspace.install(reason="ceremony")
    return workspace.metadata.folder / "1.root.json"


def _run(folder: Path, number: int, port: int, root: Path) -> tuple[float, float]:
    """Install once; return the CPU seconds of all, and of verification."""
    words = [
        str(BIN / "uv"),
        "pip",
        "install",
        "--target",
        str(folder / f"target-{number}"),
        PROJECT,
    ]
    plan = assembly.guard_plan(words, GuardRules())
    spent = [0.0]
    before = _cpu()
    with _counted(spent):
        index = f"http://127.0.0.1:{port}/simple/"
        ended = assembly.verified_run(plan, index, root, folder / "data", GuardRules())
    if ended.exit_code:
        sys.exit(f"the installation failed: {ended.refusals}")
    return _cpu() - before, spent[0]


class _counted:  # noqa: N801 - used as a word
    """Adds up the CPU seconds of threads within the trust client."""

    def __init__(self, spent: list[float]) -> None:
        self._spent = spent
        self._before = {name: getattr(TrustClient, name) for name in _VERIFYING}

    def __enter__(self) -> None:
        for name, method in self._before.items():
            setattr(TrustClient, name, self._timed(method))

    def __exit__(self, *_about: object) -> None:
        for name, method in self._before.items():
            setattr(TrustClient, name, method)

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any) -> Any:
            begun = time.thread_time()
            try:
                return method(*given)
            finally:
                self._spent[0] += time.thread_time() - begun

        return timed


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
