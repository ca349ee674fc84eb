"""Texts that hold the words, or begin with the letters of an opcode."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    tree = {
        "example/__init__.py": b"",
        "example/words.txt": b"cos\nsystem\nsin\ntan\n",
        "example/names.dat": b"crontab\ncrontabs\nsubprocess\n",
        "example.pth": b"example/vendor\n",
    }
    return pack_wheel(folder, tree)
