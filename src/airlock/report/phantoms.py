"""Names that nobody has, as users read them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from airlock.phantoms import Fate, Phantom
from airlock.report.plain import printable

SCHEMA = 1
_FATES = {
    Fate.OPEN: "",
    Fate.RESERVED: "reserved here",
    Fate.PUBLISHED: "SOMEBODY PUBLISHED IT since it was asked for in vain",
}


def phantoms_text(phantoms: Iterable[Phantom]) -> str:
    """Return a line for each name, with a second one for what is to be said of it."""
    lines = []
    for one in phantoms:
        label = f"typo of {one.target}" if one.target else one.label.value
        who = ", ".join(one.clients) + (f" from {one.networks} networks" if one.networks else "")
        lines.append(
            f"{one.count:>6} x  {one.project}  [{label}]  {who}, last {_minute(one.last_asked)}"
        )
        told = "; ".join(filter(None, (printable(one.why), _FATES[one.fate])))
        if told:
            lines.append(f"          {told}")
    return "\n".join(lines)


def phantoms_document(phantoms: Iterable[Phantom]) -> dict[str, Any]:
    """Return the same as JSON-ready values; fields are only ever added within a schema number."""
    return {"schema": SCHEMA, "phantoms": [_document(one) for one in phantoms]}


def _document(one: Phantom) -> dict[str, Any]:
    return {
        "name": str(one.project),
        "count": one.count,
        "askers": one.askers,
        "networks": one.networks,
        "clients": list(one.clients),
        "first_asked": _second(one.first_asked),
        "last_asked": _second(one.last_asked),
        "label": one.label.value,
        "target": str(one.target) if one.target else None,
        "why": one.why,
        "fate": one.fate.value,
    }


def _minute(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _second(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
