"""A program as text, for code that decodes and starts it."""

import base64
from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import elf


def build(folder: Path) -> Path:
    text = base64.b64encode(elf(program=True))
    return pack_wheel(folder, {"example/__init__.py": b"", "example/words.txt": text})
