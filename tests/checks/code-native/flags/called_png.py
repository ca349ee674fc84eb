"""A library that is called an image."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import elf


def build(folder: Path) -> Path:
    tree = {"example/__init__.py": b"", "example/logo.png": elf(exports=["start"])}
    return pack_wheel(folder, tree)
