"""Marshalled code in a file of data."""

from pathlib import Path

from tests.checks.compiling import marshalled
from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = marshalled("import os\nprint(os.sep)\n")
    return pack_wheel(folder, {"example/__init__.py": b"", "example/words.dat": data})
