"""A stealer by its text, which is in UTF-16 as Windows likes it."""

from pathlib import Path

from tests.checks.harness import pack_wheel
from tests.checks.programs import pe


def build(folder: Path) -> Path:
    webhook = "https://discord.com/api/webhooks/" + "0" * 18 + "/" + "x" * 60
    text = "\0".join(["\\Google\\Chrome\\User Data", "Login Data", webhook])
    program = pe(text.encode("utf-16-le"))
    return pack_wheel(folder, {"example/__init__.py": b"", "example/update.exe": program})
