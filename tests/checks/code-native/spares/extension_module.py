"""An extension module that does nothing of note."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import elf


def build(folder: Path) -> Path:
    module = elf(b"hello", imports=["printf", "PyModule_Create2"], exports=["PyInit_fast"])
    tree = {"example/__init__.py": b"", "example/fast.abi3.so": module}
    return pack_wheel(folder, tree, filename="example-1.0-cp311-abi3-manylinux2014_x86_64.whl")
