"""The parts of the database as users read them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import msgspec

from airlock import __version__
from airlock.model.database import PartStatus
from airlock.report.plain import printable

SCHEMA = 1


def parts_text(parts: Iterable[PartStatus]) -> str:
    """Return a line for each part, with further ones for its source and its cure."""
    lines: list[str] = []
    for part in parts:
        lines.append(f"{part.part}: {part.condition.value}: {printable(part.message)}")
        if part.updated_at:
            told = f"of {_minute(part.updated_at)}, from {printable(part.source)}"
            lines.append(f"  {told}")
        if part.cure:
            lines.append(f"  {printable(part.cure)}")
    return "\n".join(lines) + "\n"


def parts_json(folder: str, parts: Iterable[PartStatus]) -> str:
    """Return the document of all parts; fields are only ever added within a schema number."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "airlock", "version": __version__},
        "folder": folder,
        "parts": [_document(part) for part in parts],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _document(part: PartStatus) -> dict[str, Any]:
    return {
        "part": part.part,
        "condition": part.condition.value,
        "message": part.message,
        "source": part.source,
        "updated_at": part.updated_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if part.updated_at
        else None,
        "cure": part.cure,
        **({"advisories": msgspec.to_builtins(part.advisories)} if part.advisories else {}),
    }


def _minute(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
