"""A module without source that executes what it decodes."""

from pathlib import Path

from tests.checks.compiling import compiled
from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    hidden = "aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ3RydWUnKQ=="
    source = f"import base64\nexec(base64.b64decode({hidden!r}))\n"
    return pack_wheel(folder, {"example/__init__.py": b"", "example/core.pyc": compiled(source)})
