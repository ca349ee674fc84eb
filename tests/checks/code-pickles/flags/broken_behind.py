"""A pickle that runs its command before it breaks."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = b"\x80\x02cbuiltins\neval\n(X\x01\0\0\0" + b"0" + b"tR\xff\xff"
    return pack_wheel(folder, {"example/__init__.py": b"", "example/model.pt": data})
