"""Text and images whose first bytes are those of programs by chance."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    tree = {
        "example/__init__.py": b"",
        "example/countries.txt": b"MZ Mozambique\nNA Namibia\n" * 20,
        "example/elves.txt": b"\x7fELF is how it begins\n",
        "example/a.class": bytes.fromhex("cafebabe00000041") + bytes(64),
    }
    return pack_wheel(folder, tree)
