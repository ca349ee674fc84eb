"""An array of numbers whose bytes spell a module."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    header = b"{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }".ljust(117) + b"\n"
    data = b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header + b"os\0system.eval exec" * 4
    return pack_wheel(folder, {"example/__init__.py": b"", "example/table.npy": data})
