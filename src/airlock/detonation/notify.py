"""The second tracer: seccomp's user notifications, read by a program of our own.

It needs nothing but the kernel (5.9 or newer), and where strace may not trace it often works. It is
told of calls before they happen, so what became of one is not known: a file that was not there when
it was asked for is told as missing, nothing else. A process with several threads can show the
reader one argument and the kernel another; strace has no such gap and is asked for first.
"""

import os
import platform
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from airlock.behaviour.events import AnyEvent, Connected, Lost, Phase, Ran, Spawned, Touch
from airlock.detonation.bubblewrap import FIRST
from airlock.detonation.interface import Tracer
from airlock.detonation.sifting import Sieve

PROGRAM = "watcher.py"
"""What reads the notifications: a file of ``airlock.detonation.inside``."""
MACHINES = ("x86_64", "aarch64")
_ACTIONS = Path("/proc/sys/kernel/seccomp/actions_avail")
_LONGEST_LINE = 256 * 1024
_CHANGES = {
    **dict.fromkeys(("unlink", "unlinkat", "rmdir"), Touch.DELETE),
    **dict.fromkeys(("rename", "renameat", "renameat2"), Touch.RENAME),
    **dict.fromkeys(("chmod", "fchmodat", "fchmodat2"), Touch.MODE),
    "truncate": Touch.WRITE,
}
_LINKS = frozenset({"link", "linkat", "symlink", "symlinkat"})


class _Line(msgspec.Struct, frozen=True):
    """One line of the log."""

    pid: int
    call: str = ""
    child: int = 0
    path: str = ""
    to: str = ""
    words: tuple[str, ...] = ()
    writes: bool = False
    address: str = ""
    port: int = 0
    seconds: float = 0.0
    clock: int = -1
    """That the time is absolute on, or -1 for a time from now on."""
    failed: str = ""
    lost: str = ""
    """Why the arguments could not be read."""


class Notify(Tracer):
    """Watches system calls.

    Args:
        home: the home folder inside.
        marker: a path that only a program out of the sinkhole opens.
        steps: a path below which the import of each module is announced.
        python: an interpreter that the cell's user may run.
        program: where the reader of notifications is.
        waits: whether sleeping takes time.
    """

    name = "seccomp"

    def __init__(  # noqa: PLR0913 - each is a value of its own
        self,
        *,
        home: str,
        marker: str,
        steps: str,
        python: str,
        program: Path,
        waits: bool = False,
    ) -> None:
        self._home = home
        self._marker = marker
        self._steps = steps
        self._python = python
        self._program = program
        self._waits = waits

    def missing(self) -> str:
        """Return what is missing on this host, with its cure, or nothing."""
        return missing()

    def command(self, inner: Sequence[str], log: Path) -> list[str]:
        """Return the command that runs another and writes what it does to a log."""
        waits = str(int(self._waits))
        return [self._python, "-I", str(self._program), str(log), waits, FIRST, *inner]

    def events(self, log: BinaryIO, phase: Phase) -> Iterator[AnyEvent]:
        """Iterate over what a log says."""
        sieve = Sieve(self._home, self._marker, self._steps, phase)
        unread = 0
        for line in iter(lambda: log.readline(_LONGEST_LINE), b""):
            try:
                told = msgspec.json.decode(line, type=_Line)
            except msgspec.DecodeError:
                unread += 1
                continue
            unread += bool(told.lost)
            yield from _events(told, sieve, phase)
        if unread:
            yield Lost(what=f"{unread} calls could not be read by the tracer", phase=phase)


def missing() -> str:
    """Return what this host lacks for notifications, with the cure, or nothing."""
    if platform.machine() not in MACHINES:
        return f"a processor that the tracer knows ({', '.join(MACHINES)})"
    try:
        known = _ACTIONS.read_text(encoding="ascii").split()
    except OSError:
        known = []
    return "" if "user_notif" in known else "a kernel with seccomp's notifications (5.9 or newer)"


def _events(told: _Line, sieve: Sieve, phase: Phase) -> Iterator[AnyEvent]:
    path, to = os.path.normpath(told.path), os.path.normpath(told.to) if told.to else ""
    if told.child:
        yield Spawned(pid=told.pid, child=told.child, phase=phase)
    elif told.lost:
        return
    elif told.call == "execve":
        yield Ran(pid=told.pid, path=path, argv=told.words, failed=told.failed, phase=phase)
    elif told.call == "open":
        yield from sieve.opened(told.pid, path, "", told.failed, writes=told.writes)
    elif told.call == "connect":
        if told.address and told.port:
            yield Connected(pid=told.pid, address=told.address, port=told.port, phase=phase)
    elif told.call in _CHANGES:
        yield from sieve.touched(told.pid, path, _CHANGES[told.call], told.failed, to)
    elif told.call in _LINKS:
        yield from sieve.touched(told.pid, to, Touch.LINK, told.failed)
    else:
        yield from sieve.waited(told.pid, _waited(told))


def _waited(told: _Line) -> float:
    """Return how long a process wanted to wait, in seconds."""
    seconds = told.seconds
    if told.clock >= 0:
        seconds -= time.clock_gettime(told.clock)
    return round(max(0.0, seconds), 3)
