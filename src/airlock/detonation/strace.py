"""The tracer that is used where no other is asked for: strace, with a filter in the kernel.

It stands outside of the namespace of processes that it watches, so that nobody inside sees a
tracer. Only the calls below stop a process; the filter (``--seccomp-bpf``) lets all others run at
full speed. Waits return at once: a call that would sleep is answered by the tracer.

What the log says is written by the kernel and by strace, but the texts in it are the package's: a
line that cannot be read becomes a ``Lost`` event, never silence.
"""

import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from airlock.behaviour.events import (
    AnyEvent,
    Connected,
    Lost,
    Phase,
    Ran,
    Spawned,
    Touch,
)
from airlock.detonation.bubblewrap import FIRST
from airlock.detonation.interface import Tracer
from airlock.detonation.sifting import Sieve
from airlock.detonation.strace_text import (
    address_of,
    arguments_of,
    folder_of,
    path_of,
    result_path,
    seconds_of,
    unquote,
)

_CALLS = (
    "execve,execveat,open,openat,openat2,creat,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,"
    "linkat,symlink,symlinkat,chmod,fchmodat,truncate,chdir,connect,clone,clone3,fork,vfork,"
    "nanosleep,clock_nanosleep,io_uring_setup"
)
# io_uring does what calls do, and no tracer sees it: inside, the kernel has none.
_ABSENT = ("-e", "inject=io_uring_setup:error=ENOSYS")
_LINE = re.compile(rb"^(\d+) +(\d+\.\d+) (?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$", re.DOTALL)
_UNFINISHED = b"<unfinished ...>"
_ENDED = re.compile(rb"^\d+ +\d+\.\d+ (\+\+\+|---|\?\?\?\? )")
_RESULT = re.compile(r"\) += (-?\d+|0x[0-9a-f]+|\?)(.*)$")
_OUTER_PID = re.compile(r"(\d+) in strace's PID NS")
_BEGINNING = re.compile(rf'"[^"]+", \["[^"]+", "{re.escape(FIRST)}"')
_SPAWNING = frozenset({"clone", "clone3", "fork", "vfork"})
_MOST_PENDING = 10_000
_LONGEST_LINE = 64 * 1024
_WRITES = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")


_Handler = Callable[[int, str, str, str], Iterator[AnyEvent]]


class Strace(Tracer):
    """Watches system calls.

    Args:
        home: the home folder inside.
        marker: a path that only a program out of the sinkhole opens.
        steps: a path below which the import of each module is announced.
        waits: whether sleeping takes time.
    """

    name = "strace"

    def __init__(self, *, home: str, marker: str, steps: str, waits: bool = False) -> None:
        self._home = home
        self._marker = marker
        self._steps = steps
        self._waits = waits

    def missing(self) -> str:
        """Return what is missing on this host, with its cure, or nothing."""
        return "" if shutil.which("strace") else "strace (apt-get install strace)"

    def command(self, inner: Sequence[str], log: Path) -> list[str]:
        """Return the command that runs another and writes what it does to a log."""
        waits = [] if self._waits else ["-e", "inject=nanosleep,clock_nanosleep:retval=0"]
        return [
            *("strace", "-f", "-qqq", "-ttt", "-y", "-s", "512", "--seccomp-bpf"),
            "--decode-pids=pidns",
            *("-e", f"trace={_CALLS}", "-e", "signal=none", *_ABSENT, *waits),
            *("-o", str(log), "--", *inner),
        ]

    def events(self, log: BinaryIO, phase: Phase) -> Iterator[AnyEvent]:
        """Iterate over what a log says."""
        reader = _Reader(self._home, self._marker, self._steps, phase)
        for line in iter(lambda: log.readline(_LONGEST_LINE), b""):
            yield from reader.read(line)
        yield from reader.end()


class _Reader:
    """Reads the log of one phase."""

    def __init__(self, home: str, marker: str, steps: str, phase: Phase) -> None:
        self._home = home
        self._phase = phase
        self._sieve = Sieve(home, marker, steps, phase)
        self._pending: dict[int, tuple[str, bytes]] = {}
        self._folders: dict[int, str] = {}
        self._unread = 0
        self._first = 0

    def read(self, line: bytes) -> Iterator[AnyEvent]:
        match = _LINE.match(line.rstrip(b"\n"))
        if match is None:
            if line.strip() and not _ENDED.match(line):
                self._unread += 1
            return
        pid = int(match[1])
        if match[3] is not None:
            begun = self._pending.pop(pid, None)
            if begun is None:
                return
            name, rest = match[3].decode(), begun[1] + match[5]
        else:
            name, rest = match[4].decode(), match[5]
            if rest.endswith(_UNFINISHED):
                if len(self._pending) < _MOST_PENDING:
                    self._pending[pid] = name, rest[: -len(_UNFINISHED)]
                return
        if pid not in self._folders:
            self._folders[pid] = self._folder_of_parent()
        yield from self._call(pid, name, rest.decode("utf-8", "backslashreplace"))

    def _folder_of_parent(self) -> str:
        """Return where a new process begins: its parent's call that made it has not ended yet."""
        for parent, (name, _) in reversed(self._pending.items()):
            if name in _SPAWNING:
                return self._folders.get(parent, self._home)
        return self._home

    def end(self) -> Iterator[AnyEvent]:
        if self._unread:
            what = f"{self._unread} lines of the tracer could not be read"
            yield Lost(what=what, phase=self._phase)

    def _call(self, pid: int, name: str, rest: str) -> Iterator[AnyEvent]:
        result = _RESULT.search(rest)
        if result is None:
            self._unread += 1
            return
        text, number, remark = rest[: result.start()], result[1], result[2]
        if not self._first:
            # Until then it is the sandbox that is being built.
            self._first = pid if name == "execve" and _BEGINNING.match(text) else 0
            return
        if pid == self._first and name not in _SPAWNING:
            return
        failed = remark.split()[0] if number == "-1" and remark.split() else ""
        if name in _HANDLERS:
            handle: _Handler = getattr(self, _HANDLERS[name])
            yield from handle(pid, text, number + remark, failed)
        elif name in _CHANGES:
            yield from self.change(pid, text, _CHANGES[name], failed)

    def execute(self, pid: int, text: str, result: str, failed: str) -> Iterator[AnyEvent]:
        del result
        arguments = arguments_of(text)
        place = 1 if arguments and not arguments[0].startswith('"') else 0
        path = self._absolute(pid, path_of(arguments, place))
        listed = arguments[place + 1] if len(arguments) > place + 1 else ""
        argv = tuple(
            unquote(one) for one in arguments_of(listed.strip("[]")) if one.startswith('"')
        )
        yield Ran(pid=pid, path=path, argv=argv, failed=failed, phase=self._phase)

    def open(self, pid: int, text: str, result: str, failed: str) -> Iterator[AnyEvent]:
        arguments = arguments_of(text)
        place = 0 if arguments and arguments[0].startswith('"') else 1
        asked = self._absolute(pid, path_of(arguments, place), folder_of(arguments, place))
        flags = " ".join(arguments[place + 1 :])
        writes = any(flag in flags for flag in _WRITES) or not arguments[place + 1 :]
        yield from self._sieve.opened(pid, asked, result_path(result), failed, writes=writes)

    def change(self, pid: int, text: str, how: Touch, failed: str) -> Iterator[AnyEvent]:
        arguments = arguments_of(text)
        paths = [
            self._absolute(pid, path_of(arguments, place), folder_of(arguments, place))
            for place, one in enumerate(arguments)
            if one.startswith('"')
        ]
        if how is Touch.LINK and len(paths) > 1:
            # The first is what it leads to, the second where it is put.
            yield from self._sieve.touched(pid, paths[1], how, failed)
        elif paths:
            yield from self._sieve.touched(pid, paths[0], how, failed, "".join(paths[1:2]))

    def connect(self, pid: int, text: str, result: str, failed: str) -> Iterator[AnyEvent]:
        del result, failed
        address, port = address_of(text)
        if address and port:
            yield Connected(pid=pid, address=address, port=port, phase=self._phase)

    def spawn(self, pid: int, text: str, result: str, failed: str) -> Iterator[AnyEvent]:
        del text
        known = _OUTER_PID.search(result)
        if not failed and known:
            child = int(known[1])
            self._folders.setdefault(child, self._folders.get(pid, self._home))
            yield Spawned(pid=pid, child=child, phase=self._phase)

    def move(self, pid: int, text: str, result: str, failed: str) -> Iterator[AnyEvent]:
        del result
        if not failed:
            self._folders[pid] = self._absolute(pid, path_of(arguments_of(text), 0))
        return
        yield

    def sleep(self, pid: int, text: str, result: str, failed: str) -> Iterator[AnyEvent]:
        del result, failed
        seconds = seconds_of(text)
        if "TIMER_ABSTIME" in text:
            seconds -= time.monotonic() if "MONOTONIC" in text else time.time()
        yield from self._sieve.waited(pid, round(max(0.0, seconds), 3))

    def _absolute(self, pid: int, path: str, folder: str = "") -> str:
        if path.startswith("/"):
            return path
        return f"{folder or self._folders.get(pid, self._home)}/{path}"


_HANDLERS: dict[str, str] = {
    **dict.fromkeys(("execve", "execveat"), "execute"),
    **dict.fromkeys(("open", "openat", "openat2", "creat"), "open"),
    **dict.fromkeys(("clone", "clone3", "fork", "vfork"), "spawn"),
    **dict.fromkeys(("nanosleep", "clock_nanosleep"), "sleep"),
    "connect": "connect",
    "chdir": "move",
}
_CHANGES = {
    **dict.fromkeys(("unlink", "unlinkat", "rmdir"), Touch.DELETE),
    **dict.fromkeys(("rename", "renameat", "renameat2"), Touch.RENAME),
    **dict.fromkeys(("link", "linkat", "symlink", "symlinkat"), Touch.LINK),
    **dict.fromkeys(("chmod", "fchmodat"), Touch.MODE),
    "truncate": Touch.WRITE,
}
