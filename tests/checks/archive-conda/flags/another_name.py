"""A package that calls itself otherwise inside."""

from pathlib import Path

from tests.simulators.condas import make_conda

FILES = {
    "site-packages/anchor.py": b"WEIGHT = 1\n",
    "site-packages/anchor-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: anchor\nVersion: 1.0\n",
}


def build(folder: Path) -> Path:
    return make_conda(folder, FILES, index={"name": "rope"})
