"""A compiled module that cannot be read to its end."""

from pathlib import Path

from tests.checks.compiling import compiled
from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = compiled("import os\nprint(os.sep)\n")[:60]
    return pack_wheel(folder, {"example/__init__.py": b"", "example/core.pyc": data})
