"""A detonation by the clock, and what watching costs.

A small wheel and a pure source distribution are detonated whole; then one command, the installation
and import of the wheel, runs bare and under each tracer, outside of any sandbox.
"""

import datetime as dt
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from airlock import vetting
from airlock.behaviour.events import AnyEvent
from airlock.detonation import Detonator, Limits, Request
from airlock.detonation.notify import PROGRAM, Notify
from airlock.detonation.strace import Strace
from benchmarks.measuring import Figure, heading, measure, median, row
from tests.simulators.packages import make_build_backend, make_sdist, make_wheel

RUNS = 5
_WORK = (
    "import asyncio, email.mime.text, http.server, json, sqlite3, ssl, subprocess, unittest.mock\n"
    "for _ in range(20): subprocess.run(['true'])"
)


def main() -> None:
    """Print seconds of whole detonations, and the CPU of a command bare and watched."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _whole(folder)
        _watched(folder)


def _whole(folder: Path) -> None:
    heading("a detonation")
    detonator = Detonator(Limits(), lambda: dt.datetime.now(dt.UTC))
    backend = _written(folder, make_build_backend())
    for what, made, backends in (
        ("small wheel", make_wheel("small", "1.0"), ()),
        ("pure source distribution", make_sdist("small", "1.0"), (backend,)),
    ):
        path = _written(folder, made)
        for tracer in (Strace.name, Notify.name):
            request = Request(
                artifact=vetting.identify(path), path=path, backends=backends, tracer=tracer
            )
            figures = [_timed(lambda r=request: detonator.run(r, _nobody)) for _ in range(RUNS)]
            slowest = max(figure.wall_seconds for figure in figures)
            row(f"{what}, {tracer}", median(figures), f"slowest {slowest:.2f} s")


def _watched(folder: Path) -> None:
    heading("a command that imports much and starts programs")
    script, log = folder / "work.py", folder / "log"
    script.write_text(_WORK)
    inner = [sys.executable, str(script)]
    program = Path(__file__).parents[1] / "src/airlock/detonation/inside" / PROGRAM
    bare = median([measure(inner) for _ in range(RUNS)])
    row("bare", bare)
    strace = Strace(home="/home/x", marker="/run/x", steps="/run/y").command(inner, log)
    notify = [sys.executable, "-I", str(program), str(log), "0", str(script), *inner]
    for name, command in ((Strace.name, strace), (Notify.name, notify)):
        figure = median([measure(command) for _ in range(RUNS)])
        row(name, figure, f"{figure.cpu_seconds / bare.cpu_seconds:.2f} times the CPU")


def _timed(action: Callable[[], object]) -> Figure:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    action()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Figure(cpu, time.monotonic() - begun, 0)


def _nobody(event: AnyEvent) -> None:
    """Tell nobody of an event."""


def _written(folder: Path, made: tuple[str, bytes]) -> Path:
    path = folder / made[0]
    path.write_bytes(made[1])
    return path


if __name__ == "__main__":
    main()
