"""A program whose code is packed."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import pe


def build(folder: Path) -> Path:
    program = pe(code_name=b"UPX1")
    return pack_wheel(folder, {"example/__init__.py": b"", "example/tool.exe": program})
