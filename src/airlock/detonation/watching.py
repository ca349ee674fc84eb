"""Waits for a phase, and ends it when it takes too much time or memory."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

from airlock.detonation.interface import Limits

_LOOK_SECONDS = 0.05
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Watch:
    """Watches one process and everything in the cell's namespace of processes."""

    def __init__(self, process: "subprocess.Popen[bytes]", limits: Limits) -> None:
        self._process = process
        self._limits = limits
        self._why = ""
        self._asked = threading.Event()

    def end(self, why: str) -> None:
        """Ask for the end."""
        self._why = self._why or why
        self._asked.set()

    def wait(self, seconds: float) -> tuple[int, str]:
        """Wait for the end; return the exit code, and why it was ended from outside if it was."""
        latest = time.monotonic() + seconds
        while True:
            try:
                return self._process.wait(_LOOK_SECONDS), self._why
            except subprocess.TimeoutExpired:
                if time.monotonic() > latest:
                    self.end(f"it took more than {seconds:.0f} s")
                elif used_bytes() > self._limits.memory_bytes:
                    self.end("it used too much memory")
            if self._asked.is_set():
                os.killpg(self._process.pid, signal.SIGKILL)
                os.kill(-1, signal.SIGKILL)
                return self._process.wait(), self._why


def used_bytes() -> int:
    """Return the memory of all processes that this one sees, without its own."""
    total = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != "1":
            try:
                total += int((entry / "statm").read_text(encoding="ascii").split()[1])
            except (OSError, IndexError, ValueError):
                continue
    return total * _PAGE_BYTES
