"""A file that is no archive at all."""

from pathlib import Path


def build(folder: Path) -> Path:
    path = folder / "example-1.0-py3-none-any.whl"
    path.write_bytes(b"This is not a wheel.")
    return path
