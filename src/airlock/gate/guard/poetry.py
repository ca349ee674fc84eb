"""Gives Poetry the guard's index: by a plugin on its path, for one run (``poetry_plugin``)."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from airlock import scratch

_MODULE = "airlock_poetry_guard"
_METADATA = f"Metadata-Version: 2.1\nName: {_MODULE.replace('_', '-')}\nVersion: 1\n"
_ENTRY = f"[poetry.plugin]\nairlock-guard = {_MODULE}:GuardPlugin\n"


@contextmanager
def plugged(environ: Mapping[str, str], index: str) -> Iterator[dict[str, str]]:
    """Give the variables by which Poetry asks the guard in the block.

    Args:
        environ: the user's variables.
        index: the guard's, ending in ``/simple/``.
    """
    with scratch.folder("poetry") as folder:
        shutil.copyfile(Path(__file__).with_name("poetry_plugin.py"), folder / f"{_MODULE}.py")
        about = folder / f"{_MODULE}-1.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(_METADATA, encoding="utf-8")
        (about / "entry_points.txt").write_text(_ENTRY, encoding="utf-8")
        before = environ.get("PYTHONPATH")
        path = f"{folder}:{before}" if before else str(folder)
        yield {**environ, "PYTHONPATH": path, "AIRLOCK_GUARD_INDEX": index}
