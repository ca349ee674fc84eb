"""A Windows shortcut that runs a command."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    head = bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(56)
    text = "..\\powershell.exe -File true.ps1".encode("utf-16-le")
    return pack_wheel(folder, {"example/__init__.py": b"", "example/Manual.lnk": head + text})
