"""A pickle that decodes the name of what it imports."""

from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    data = b"\x80\x04c_codecs\ndecode\n\x8c\x02bf\x8c\x05rot13\x86R\x8c\x06system\x93\x8c\x04true\x85R."
    return pack_wheel(folder, {"example/__init__.py": b"", "example/model.pkl": data})
