"""A library for Windows in a wheel for Windows."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import pe


def build(folder: Path) -> Path:
    library = pe(library=True, imports={"KERNEL32.dll": ["CreateFileW"]})
    tree = {"example/__init__.py": b"", "example/codec.dll": library}
    return pack_wheel(folder, tree, filename="example-1.0-py3-none-win_amd64.whl")
