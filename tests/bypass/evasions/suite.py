"""Reads the evasions, and makes the trees of artifacts of them."""

import re
from pathlib import Path

import msgspec

from tests.bypass.evasions.encoders import ENCODERS, reencoded

_FOLDER = Path(__file__).parent
_MACRO = re.compile(r"\{\{(\w+)(?: (.*?))?\}\}", re.DOTALL)


class Evasion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One attempt."""

    name: str
    group: str = ""
    """The file that it is from."""
    setup: str = ""
    """Of ``setup.py``, if that is all that matters."""
    files: dict[str, str] = {}
    filename: str = "example-1.0.tar.gz"
    encode: str = "utf-8"
    """Of every file."""
    missed: str = ""
    """Why it is admitted; empty if it is not."""


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    evasion: list[Evasion]


def evasions() -> list[Evasion]:
    """Return all of them, by group."""
    return [
        msgspec.structs.replace(one, group=path.stem)
        for path in sorted(_FOLDER.glob("*.toml"))
        for one in msgspec.toml.decode(path.read_bytes(), type=_Document).evasion
    ]


def tree(evasion: Evasion) -> dict[str, bytes]:
    """Return the files of an evasion, by their paths in the artifact."""
    files = dict(evasion.files)
    if evasion.setup:
        files["setup.py"] = evasion.setup
    if not evasion.filename.endswith(".whl"):
        files.setdefault("setup.py", "from setuptools import setup\nsetup(name='example')\n")
    return {path: reencoded(_spelled(text), evasion.encode) for path, text in files.items()}


def _spelled(text: str) -> str:
    return _MACRO.sub(lambda match: ENCODERS[match[1]](match[2] or ""), text)
