"""The oldest protocol, which looks like text, under an ending of no meaning."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = b"cos\nsystem\n(S'true'\ntR."
    return pack_wheel(folder, {"example/__init__.py": b"", "example/weights.dat": data})
