"""``airlock scan`` of one small wheel: the interpreter, the imports, the fork, the verdict."""

import tempfile
from pathlib import Path

from benchmarks.measuring import BIN, clean_environment, heading, measure, median, row
from tests.simulators.packages import make_wheel

RUNS = 9


def main() -> None:
    """Print the figures: cold without compiled bytecode, warm with it, and an empty interpreter."""
    heading("scan of one small wheel")
    with tempfile.TemporaryDirectory() as folder:
        filename, data = make_wheel("harbour", "1.0")
        path = Path(folder) / filename
        path.write_bytes(data)
        scan = [BIN / "airlock", "scan", path]
        empty = median([measure([BIN / "python", "-c", "pass"]) for _ in range(RUNS)])
        cold = [
            measure(scan, clean_environment(PYTHONPYCACHEPREFIX=f"{folder}/{number}"))
            for number in range(3)
        ]
        measure(scan)
        warm = [measure(scan) for _ in range(RUNS)]
    row("an empty interpreter", empty)
    row("cold: nothing compiled", median(cold))
    row("warm", median(warm), f"exit {warm[-1].exit_code}; bar 0.35 s CPU")
