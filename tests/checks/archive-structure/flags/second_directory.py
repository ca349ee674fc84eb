"""A zip with two directories: a reader that searches from the other side finds another file."""

import io
import zipfile
from pathlib import Path

from tests.checks.packing import pack_wheel


def build(folder: Path) -> Path:
    path = pack_wheel(folder, {"example/__init__.py": b"VALUE = 1\n"})
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("example/__init__.py", "VALUE = 2\n")
    path.write_bytes(hidden.getvalue() + path.read_bytes())
    return path
