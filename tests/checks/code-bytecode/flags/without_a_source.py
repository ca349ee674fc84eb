"""A module that nobody can read."""

from pathlib import Path

from tests.checks.compiling import compiled
from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    source = "def double(number):\n    return 2 * number\n"
    return pack_wheel(folder, {"example/__init__.py": b"", "example/core.pyc": compiled(source)})
