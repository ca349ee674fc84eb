"""A program that the wheel installs as a command."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import elf


def build(folder: Path) -> Path:
    tree = {"example-1.0.data/scripts/fast": elf(program=True, imports=["execvp", "printf"])}
    return pack_wheel(folder, tree, filename="example-1.0-py3-none-manylinux2014_x86_64.whl")
