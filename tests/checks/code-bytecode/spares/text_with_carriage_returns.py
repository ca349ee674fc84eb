"""Files that begin like bytecode, and are none."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    tree = {
        "example/__init__.py": b"",
        "example/a.txt": b"ab\r\ncdefcccccccccccccccc\r\n" * 4,
        "example/c.txt": b"c\0\0\0" * 20,
    }
    return pack_wheel(folder, tree)
