"""Control groups: limits of memory and processes for a whole cell, where this process may set them.

Root may, and whoever was given a group of their own; for everybody else the cell's own limits and
its watch over memory have to do. Both versions of the interface are spoken (cgroups(7)).
"""

import contextlib
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from airlock.detonation.interface import Limits

_ROOT = Path("/sys/fs/cgroup")
# What a kernel takes to bury processes that were killed, on a machine that is busy.
_PATIENCE_SECONDS = 20.0


class Group:
    """Puts a process and its children under limits, as long as the block lasts.

    Args:
        pid: of the process.
        limits: of all its processes together.
    """

    def __init__(self, pid: int, limits: Limits) -> None:
        self._pid = pid
        self._limits = limits
        self._folders: list[Path] = []

    def __enter__(self) -> Self:
        """Make the groups; where none can be made, there is none."""
        memory, most = str(self._limits.memory_bytes), str(self._limits.processes + 64)
        if (_ROOT / "cgroup.controllers").is_file():
            self._make(_ROOT, {"memory.max": memory, "memory.swap.max": "0", "pids.max": most})
        else:
            self._make(_ROOT / "memory", {"memory.limit_in_bytes": memory})
            self._make(_ROOT / "pids", {"pids.max": most})
        return self

    def _make(self, parent: Path, settings: dict[str, str]) -> None:
        folder = parent / f"airlock-{os.getpid()}-{self._pid}"
        with contextlib.suppress(OSError):
            folder.mkdir()
            self._folders.append(folder)
            for name, value in settings.items():
                with contextlib.suppress(OSError):
                    (folder / name).write_text(value, encoding="ascii")
            (folder / "cgroup.procs").write_text(str(self._pid), encoding="ascii")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the groups, as soon as the last of their processes is gone."""
        latest = time.monotonic() + _PATIENCE_SECONDS
        while self._folders and time.monotonic() < latest:
            self._folders = [folder for folder in self._folders if not _removed(folder)]
            time.sleep(0.02 if self._folders else 0)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
