"""A pickle under zlib, as joblib writes it."""

import zlib
from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = zlib.compress(b"\x80\x03csubprocess\nrun\n(X\x04\0\0\0" + b"true" + b"tR.")
    return pack_wheel(folder, {"example/__init__.py": b"", "example/model.joblib.z": data})
