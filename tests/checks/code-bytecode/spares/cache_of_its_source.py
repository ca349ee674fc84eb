"""A cache that was shipped by mistake, and holds what its source says."""

from pathlib import Path

from tests.checks.compiling import compiled
from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    source = "import os\n\n\nclass Home:\n    __place = os.getcwd()\n\n    def where(self):\n"
    source += "        return [part for part in self.__place.split('/')]\n"
    tree = {
        "example/__init__.py": b"",
        "example/core.py": source.encode(),
        "example/__pycache__/core.cpython-311.pyc": compiled(source, unchecked=True),
    }
    return pack_wheel(folder, tree)
