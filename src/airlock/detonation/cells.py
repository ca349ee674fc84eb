"""The process of a cell, as whoever starts it sees it: it speaks on its output, and it ends.

However it is left, everything in it ends with it: by an interrupt, by whoever asks for the end from
another thread, or because the process that started it is no more.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import msgspec

from airlock.behaviour.events import AnyEvent, Began
from airlock.behaviour.log import decode_event
from airlock.detonation.groups import Group
from airlock.detonation.interface import CELL_UNSAFE, Plan
from airlock.errors import DetonationError, MalformedDocument, UnsafeHost

_LONGEST_LINE = 8 * 1024 * 1024
_LOG_BYTES = 256 * 1024 * 1024
_GRACE_SECONDS = 60.0


class Cells:
    """Starts cells, one after the other, and ends them."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, plan: Plan, progress: Callable[[AnyEvent], None]) -> Iterator[AnyEvent]:
        """Yield what a cell tells that does what a plan says.

        Args:
            plan: of the detonation.
            progress: called with everything that begins.

        Raises:
            UnsafeHost: if it was not tight; nothing was run in it then.
            DetonationError: if it could not do its work, or was stopped.
        """
        most = sum(plan.limits.seconds.values()) + _GRACE_SECONDS
        with self._interruptible():
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "airlock.detonation.cell"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
                start_new_session=True,
            )
            self._process = process
            with Group(process.pid, plan.limits), _ended(process, most):
                if self._stopped.is_set():
                    raise DetonationError("nothing is run any more")
                yield from _conversation(process, plan, progress)
        _require_success(process)

    def stop(self) -> None:
        """End the cell that runs, from any thread, and run no other."""
        self._stopped.set()
        self._kill()

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[None]:
        """End the cell at the moment of an interrupt, whatever becomes of the exception.

        Python loses an exception that a signal raises while an object is being finalised: it is
        raised again when the cell has ended.

        Raises:
            KeyboardInterrupt: if there was an interrupt.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGINT)
        interrupted = False

        def told(number: int, frame: FrameType | None) -> None:
            nonlocal interrupted
            interrupted = True
            self._kill()
            if callable(before):
                before(number, frame)

        signal.signal(signal.SIGINT, told)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before or signal.SIG_DFL)
            if interrupted:
                raise KeyboardInterrupt

    def _kill(self) -> None:
        if self._process is not None:
            _kill(self._process)


def _conversation(
    process: "subprocess.Popen[bytes]", plan: Plan, progress: Callable[[AnyEvent], None]
) -> Iterator[AnyEvent]:
    if process.stdin is None or process.stdout is None:
        raise DetonationError("the cell has no pipes")
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(msgspec.json.encode(plan))
        process.stdin.close()
    taken = 0
    while line := process.stdout.readline(_LONGEST_LINE):
        taken += len(line)
        if taken > _LOG_BYTES:
            raise DetonationError("the cell says more than anybody can keep")
        try:
            event = decode_event(line)
        except MalformedDocument as error:
            raise DetonationError(f"the cell cannot be understood: {error}") from error
        if isinstance(event, Began):
            progress(event)
        yield event


@contextlib.contextmanager
def _ended(process: "subprocess.Popen[bytes]", most_seconds: float) -> Iterator[None]:
    """See to it that a cell ends, however the block is left: all in it ends with it."""
    alarm = threading.Timer(most_seconds, process.kill)
    alarm.start()
    try:
        yield
        process.wait()
    finally:
        alarm.cancel()
        if process.poll() is None:
            _kill(process)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    # A number that was waited for may be another's by now.
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _require_success(process: "subprocess.Popen[bytes]") -> None:
    told = process.stderr.read().decode("utf-8", "replace").strip() if process.stderr else ""
    if process.stderr is not None:
        process.stderr.close()
    if process.returncode == CELL_UNSAFE:
        raise UnsafeHost(told.splitlines()[0] if told else "the self-test failed")
    if process.returncode:
        lines = told.splitlines() or [f"the cell ended with {process.returncode}"]
        raise DetonationError(lines[0][:500], hint=lines[1] if len(lines) > 1 else "")
