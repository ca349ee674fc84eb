"""An array of numpy that holds objects, and with them a pickle."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n"
    data = b"\x93NUMPY\x01\0" + len(header).to_bytes(2, "little") + header
    data += b"\x80\x03cshutil\nrmtree\n(X\x07\0\0\0/tmp/no" + b"tR."
    return pack_wheel(folder, {"example/__init__.py": b"", "example/table.npy": data})
