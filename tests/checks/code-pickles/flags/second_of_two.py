"""A harmless pickle with another one behind it."""

import pickle
from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = pickle.dumps([1, 2, 3]) + b"\x80\x04cpty\nspawn\n(\x8c\x04truetR."
    return pack_wheel(folder, {"example/__init__.py": b"", "example/model.pkl": data})
