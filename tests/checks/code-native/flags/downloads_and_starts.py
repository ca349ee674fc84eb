"""A program for Windows that imports what fetches and what starts a file."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import pe


def build(folder: Path) -> Path:
    imports = {"urlmon.dll": ["URLDownloadToFileA"], "KERNEL32.dll": ["WinExec"]}
    return pack_wheel(folder, {"example/__init__.py": b"", "example/update.exe": pe(imports=imports)})
