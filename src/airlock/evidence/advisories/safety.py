"""safety-db's ``insecure_full.json``, where a user supplies it: its licence lets nobody ship it.

::

    {"$meta": {…}, "name": [{"id": "pyup.io-1", "cve": "CVE-…", "specs": ["<1.2"], …}], …}

An entry whose versions cannot be evaluated makes its project blind, as everywhere.
"""

import datetime as dt
import re
from typing import Any

import msgspec

from airlock.errors import InvalidName
from airlock.evidence.advisories.keys import NotPep440, key
from airlock.evidence.advisories.ranges import Unplaceable, intervals_of_specifiers
from airlock.evidence.advisories.records import Affected, Interval, Record
from airlock.model import ProjectName

_META = "$meta"
_CVE = re.compile(r"CVE-\d{4}-\d{4,19}", re.ASCII)
_LONGEST_ID = 100
# In seconds since 1970: no year beyond those that Python has.
_FAR_FUTURE = 1e11
_LONGEST_SUMMARY = 300
_LONGEST_DETAILS = 2_000


class _Entry(msgspec.Struct):
    id: str
    specs: list[str]
    advisory: str = ""
    cve: str | None = None


def is_safety_db(value: dict[str, Any]) -> bool:
    """Tell whether a JSON object is of this form."""
    if _META in value:
        return True
    first = next(iter(value.values()), None)
    entry = first[0] if isinstance(first, list) and first else None
    return isinstance(entry, dict) and "specs" in entry


def records_of_safety_db(
    value: dict[str, Any],
) -> tuple[tuple[Record, ...], tuple[str, ...], dt.date | None]:
    """Return its records, why parts of it cannot be read, and its date."""
    records: list[Record] = []
    unreadable: list[str] = []
    for name, entries in value.items():
        if name == _META:
            continue
        try:
            project = ProjectName(name)
            records.extend(_record(project, one) for one in msgspec.convert(entries, list[_Entry]))
        except (InvalidName, msgspec.ValidationError) as error:
            unreadable.append(f"{name[:_LONGEST_ID]}: {error}")
    return tuple(records), tuple(unreadable), _date(value.get(_META))


def _date(meta: object) -> dt.date | None:
    stamp = meta.get("timestamp") if isinstance(meta, dict) else None
    if isinstance(stamp, int | float) and 0 < stamp < _FAR_FUTURE:
        return dt.datetime.fromtimestamp(stamp, dt.UTC).date()
    return None


def _record(project: ProjectName, entry: _Entry) -> Record:
    intervals: list[Interval] = []
    troubles = []
    for spec in entry.specs:
        try:
            intervals.extend(intervals_of_specifiers(spec))
        except Unplaceable as error:
            troubles.append(str(error))
    if not entry.specs:
        troubles.append("it names no versions")
    text = " ".join(entry.advisory.split())
    affected = Affected(
        project=str(project),
        intervals=tuple(intervals),
        fixed=tuple(sorted({bound for spec in entry.specs for bound in _fixed(spec)})),
        blind="; ".join(troubles)[:_LONGEST_SUMMARY],
    )
    return Record(
        id=entry.id[:_LONGEST_ID],
        aliases=tuple(sorted(set(_CVE.findall(entry.cve or "")))),
        summary=text[:_LONGEST_SUMMARY],
        details=entry.advisory[:_LONGEST_DETAILS],
        affected=(affected,),
    )


def _fixed(spec: str) -> list[tuple[bytes, str]]:
    """Return the version that ends a range: of ``<1.2``, that is 1.2."""
    for part in spec.split(","):
        bound = part.strip()
        if bound.startswith("<") and not bound.startswith("<="):
            try:
                return [(key(bound[1:].strip()), bound[1:].strip())]
            except NotPep440:
                return []
    return []
