"""A program that the setup script starts."""

from pathlib import Path

from tests.checks.harness import pack_sdist
from tests.checks.programs import elf


def build(folder: Path) -> Path:
    setup = b"import subprocess\nfrom setuptools import setup\nsubprocess.run(['./native/helper'])\nsetup()\n"
    tree = {"setup.py": setup, "native/helper": elf(program=True)}
    return pack_sdist(folder, tree)
