"""The code in a notebook: Python as source text, and the commands that it hands to a shell.

A notebook is JSON (nbformat 3 and 4). Its code cells are for IPython, which takes lines with ``!``
and ``%`` and cells with ``%%`` for itself.

- What is not a notebook is ``None``: the ending promises nothing.
- Outputs and prose are not code, and are not looked at.
"""

import re
from typing import Any

import msgspec

_LARGEST_BYTES = 64 * 1024**2
_SHELL_CELLS = ("%%bash", "%%sh", "%%script bash", "%%script sh", "%%cmd", "%%powershell", "%%!")
_COMMAND = re.compile(r"^\s*(?:[\w, ]+\s*=\s*)?(?:!{1,2}|%sx\s|%system\s)(?P<command>.*)$")


class Cells(msgspec.Struct, frozen=True):
    """The code of a notebook."""

    python: str
    """All code cells, without what is not Python."""
    commands: str
    """Every line that goes to a shell."""


def read_cells(data: bytes) -> Cells | None:
    """Return the code of a notebook; ``None`` if it is none."""
    if len(data) > _LARGEST_BYTES:
        return None
    try:
        document: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    python: list[str] = []
    commands: list[str] = []
    for source in _sources(document):
        _split(source, python, commands)
    return Cells("\n".join(python) + "\n", "\n".join(commands) + "\n")


def _sources(document: Any) -> list[str]:
    if not isinstance(document, dict):
        return []
    sheets = document.get("worksheets")
    holders = [document, *(sheets if isinstance(sheets, list) else [])]
    found = []
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                source = cell.get("source", cell.get("input", ""))
                parts = source if isinstance(source, list) else [source]
                found.append("".join(part for part in parts if isinstance(part, str)))
    return found


def _split(source: str, python: list[str], commands: list[str]) -> None:
    if source.lstrip().startswith(_SHELL_CELLS):
        commands.extend(source.lstrip().split("\n")[1:])
        return
    if source.lstrip().startswith("%%") and not source.lstrip().startswith(("%%time", "%%capture")):
        return
    for line in source.split("\n"):
        if match := _COMMAND.match(line):
            commands.append(match.group("command"))
        elif not line.lstrip().startswith("%"):
            python.append(line)
