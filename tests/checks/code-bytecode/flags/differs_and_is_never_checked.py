"""A cache that interpreters prefer to its harmless source, whatever that says."""

from pathlib import Path

from tests.checks.compiling import compiled
from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    tree = {
        "example/__init__.py": b"",
        "example/core.py": b"ANSWER = 42\n",
        "example/__pycache__/core.cpython-311.pyc": compiled("import os\nos.getcwd()\n", unchecked=True),
    }
    return pack_wheel(folder, tree)
