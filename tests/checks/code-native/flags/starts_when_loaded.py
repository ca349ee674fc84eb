"""A library without a function to call that may start a process when it is loaded."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import elf


def build(folder: Path) -> Path:
    library = elf(imports=["system"], constructors=1)
    return pack_wheel(folder, {"example/__init__.py": b"", "example/libfast.so": library})
