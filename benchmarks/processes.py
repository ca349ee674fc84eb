"""What other processes cost, as the kernel accounts for it: processor time and memory."""

import contextlib
import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(pid: int) -> float:
    """Return the processor seconds of a process and all that it started."""
    total = 0
    for one in (pid, *descendants(pid)):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # User and system time of its own, and of its children that have ended.
        total += sum(int(field) for field in fields[11:15])
    return total / _TICKS


def memory(pid: int) -> int:
    """Return the proportional set size of a process and all that it started, in KiB."""
    total = 0
    for one in (pid, *descendants(pid)):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def descendants(pid: int) -> list[int]:
    """Return the children of a process, and theirs."""
    told: list[str] = []
    # What a thread has started is listed with that thread, not with the first one.
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            told += task.read_text().split()
    return [one for child in map(int, told) for one in (child, *descendants(child))]
