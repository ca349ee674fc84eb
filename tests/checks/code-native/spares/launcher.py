"""The stub that starts a script on Windows, by what it is made of."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import pe


def build(folder: Path) -> Path:
    launcher = pe(b"Fatal error in launcher: %s", imports={"KERNEL32.dll": ["CreateProcessW"]})
    return pack_wheel(folder, {"example/__init__.py": b"", "example/any_name.exe": launcher})
