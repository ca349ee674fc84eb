"""Whether tests may detonate here, where not, they are skipped by name; and what runs in a cell."""

import contextlib
import os
from pathlib import Path

import pytest

from airlock.detonation.host import require_abilities
from airlock.errors import UnsafeHost


def require_sandbox() -> None:
    """Skip a test where nothing can be detonated, and say what is missing."""
    try:
        require_abilities()
    except UnsafeHost as error:
        if os.environ.get("CI"):
            pytest.fail(f"{error}; {error.hint}")
        pytest.skip(str(error))


def running_in(folder: Path, *, but: int = 0) -> bool:
    """Tell whether the command of a process names a folder, as that of every cell does.

    Args:
        folder: with the work of the cell.
        but: the process that is not asked.
    """
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in {but, os.getpid()}:
            with contextlib.suppress(OSError):
                if os.fsencode(folder) in (entry / "cmdline").read_bytes():
                    return True
    return False
