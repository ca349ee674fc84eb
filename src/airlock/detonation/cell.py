"""The process that becomes a cell: ``python -m airlock.detonation.cell``, with a plan on its input.

It writes events to its output, one line each, and nothing else there. If it cannot make itself
tight it says so and runs nothing. When it ends, everything in it ends: its second process is the
first of a namespace of processes, and the kernel kills a namespace with its first.
"""

# What Python would load later: a cell that gave up its user may not be able to read it any more.
import encodings.ascii
import encodings.idna
import encodings.latin_1  # noqa: F401
import os
import random
import sys
import threading
import time
from pathlib import Path

import msgspec

from airlock.behaviour.events import AnyEvent
from airlock.behaviour.log import encode_line
from airlock.detonation import namespaces
from airlock.detonation.bubblewrap import Bubblewrap
from airlock.detonation.interface import CELL_FAILED, CELL_UNSAFE, Plan, Reports, Tracer
from airlock.detonation.network import lay_network
from airlock.detonation.notify import PROGRAM, Notify
from airlock.detonation.phases import Phases
from airlock.detonation.sinkhole import LoopbackSinkhole
from airlock.detonation.sinkhole.authority import Authority
from airlock.detonation.strace import Strace
from airlock.detonation.world import build_world
from airlock.errors import AirlockError, DetonationError


class Lines(Reports):
    """Writes events as lines of JSON."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._begun = time.monotonic()

    def __call__(self, event: AnyEvent) -> None:
        """Take an event."""
        if not self.proven:
            return
        with self._lock:
            at = round(time.monotonic() - self._begun, 4)
            told = msgspec.structs.replace(event, at=at, phase=self.phase)
            data = encode_line(told)
            while data:
                data = data[os.write(self._descriptor, data) :]


def main() -> int:
    """Become a cell and do what the plan says; return the exit code."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    reports = os.dup(1)
    os.dup2(2, 1)
    try:
        if plan.drop_to is not None:
            namespaces.give_up(plan.drop_to)
        # Not before: who becomes another user is freed of it.
        namespaces.die_with_parent()
        namespaces.enter()
        first = os.fork()
        if first:
            _, status = os.waitpid(first, 0)
            return os.waitstatus_to_exitcode(status)
        os._exit(_first_process(plan, Lines(reports)))
    except AirlockError as error:
        return _told(error)


def _first_process(plan: Plan, reports: Reports) -> int:
    try:
        namespaces.die_with_parent()
        namespaces.own_mounts()
        world = Path(plan.work) / "world"
        namespaces.mount_memory(world, plan.limits.disk_bytes)
        lay_network(redirects=plan.redirects)
        authority = Authority(plan.header.began)
        sinkhole = LoopbackSinkhole(
            authority,
            random.Random(plan.marker),  # noqa: S311 - for addresses, no secrets
            plan.marker,
            redirects=plan.redirects,
        )
        build_world(plan, world, authority.pem)
        sinkhole.open(reports)
        namespaces.confine(plan.limits)
        steps = f"/run/steps-{plan.marker.rpartition('/')[2]}"
        tracer = _tracer(plan, steps)
        Phases(plan, world, Bubblewrap(), tracer, reports, authority.pem, steps).run()
    except AirlockError as error:
        return _told(error)
    except Exception as error:  # noqa: BLE001 - the edge of a process: its parent must be told
        return _told(DetonationError(f"{type(error).__name__}: {error}"))
    return 0


def _tracer(plan: Plan, steps: str) -> Tracer:
    home, waits = plan.header.home, plan.deep
    if plan.tracer == Notify.name:
        return Notify(
            home=home,
            marker=plan.marker,
            steps=steps,
            python=plan.python,
            program=Path(plan.work) / PROGRAM,
            waits=waits,
        )
    return Strace(home=home, marker=plan.marker, steps=steps, waits=waits)


def _told(error: AirlockError) -> int:
    print(error, error.hint, sep="\n", file=sys.stderr)  # noqa: T201 - its parent reads it
    return CELL_UNSAFE if error.exit_code == 3 else CELL_FAILED  # noqa: PLR2004 - as the table in errors.py


if __name__ == "__main__":
    sys.exit(main())
