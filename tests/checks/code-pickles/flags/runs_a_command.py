"""A model that runs a command when it is loaded."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R."
    return pack_wheel(folder, {"example/__init__.py": b"", "example/model.pkl": data})
