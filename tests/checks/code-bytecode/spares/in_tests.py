"""A module without source that tests need."""

from pathlib import Path

from tests.checks.compiling import compiled
from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    tree = {"example/__init__.py": b"", "example/tests/data/legacy.pyc": compiled("ANSWER = 42\n")}
    return pack_wheel(folder, tree)
