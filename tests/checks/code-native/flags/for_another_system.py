"""A program for Windows in a wheel for Linux."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import pe


def build(folder: Path) -> Path:
    tree = {"example/__init__.py": b"", "example/tool.exe": pe()}
    return pack_wheel(folder, tree, filename="example-1.0-py3-none-manylinux2014_x86_64.whl")
