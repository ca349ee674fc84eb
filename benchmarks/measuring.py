"""How long a command takes, by the operating system's own accounting of it and its children."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent


class Figure(NamedTuple):
    """What one run cost."""

    cpu_seconds: float
    wall_seconds: float
    exit_code: int


def measure(command: Sequence[str | Path], environ: Mapping[str, str] | None = None) -> Figure:
    """Run a command once and return what it and all its children cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    done = subprocess.run(
        [str(part) for part in command],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Figure(cpu, wall, done.returncode)


def median(figures: Sequence[Figure]) -> Figure:
    """Return the median of each figure; the exit code of the last run."""
    return Figure(
        statistics.median(figure.cpu_seconds for figure in figures),
        statistics.median(figure.wall_seconds for figure in figures),
        figures[-1].exit_code,
    )


def clean_environment(**more: str) -> dict[str, str]:
    """Return an environment in which pip and uv obey their command line alone."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))
    }
    kept |= {name: os.environ[name] for name in ("PIP_CERT",) if name in os.environ}
    return {**kept, "PIP_CONFIG_FILE": os.devnull, "UV_NO_CONFIG": "1", **more}


def row(name: str, figure: Figure, note: str = "") -> None:
    """Print one line of a table."""
    print(f"{name:48} {figure.cpu_seconds:8.3f} {figure.wall_seconds:8.3f}  {note}".rstrip())


def heading(title: str) -> None:
    """Print the head of a table."""
    print(f"\n{title}\n{'':48} {'CPU s':>8} {'wall s':>8}")
