"""A module that is spelled with escapes, which is no word in the file."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = b"V\\u006fs\nVsystem\n\x93(S'true'\ntR."
    return pack_wheel(folder, {"example/__init__.py": b"", "example/model.pickle": data})
