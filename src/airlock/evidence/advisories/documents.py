"""What the documents of an export say: records, scores of exploitation, or nothing that is known.

- YAML is read by libyaml's safe loader with every scalar left as it is written: ``fixed: 1.10`` is
  no number. Aliases and depth are bounded by the number of nodes that a document may have.
- A document that is none of the known forms is unreadable, and counted: it may have been a record.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from airlock.errors import MissingExtra
from airlock.evidence.advisories.exports import Document
from airlock.evidence.advisories.osv import UnreadableRecord, record_of_json, record_of_value
from airlock.evidence.advisories.records import Exploitation, Record
from airlock.evidence.advisories.safety import is_safety_db, records_of_safety_db

_MOST_NODES = 200_000
_MOST_SCORES = 5_000_000
_LONGEST_CVE = 40


class Read(NamedTuple):
    """What one document says."""

    kind: str
    """Of what form it is, for a person."""
    records: tuple[Record, ...] = ()
    scores: tuple[tuple[str, Exploitation], ...] = ()
    """Of CVEs."""
    date: dt.date | None = None
    """Of a document that dates itself."""
    unreadable: tuple[str, ...] = ()
    """Why parts of it cannot be read."""


def read_document(document: Document) -> Read:
    """Return what a document says.

    Raises:
        UnreadableRecord: if that cannot be told.
        MissingExtra: if the library that its form asks for is not installed.
    """
    start = document.data[:64].lstrip()
    if document.alone and (start.startswith(b"#model_version") or start[:8].lower() == b"cve,epss"):
        return _epss(document.data)
    if start[:1] in {b"{", b"["}:
        return _json(document)
    return _records([record_of_value(_yaml(document.data))])


def _records(records: Iterable[Record | None]) -> Read:
    return Read("OSV records", tuple(record for record in records if record is not None))


def _json(document: Document) -> Read:
    if not document.alone:
        return _records([record_of_json(document.data)])
    try:
        value = msgspec.json.decode(document.data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableRecord(str(error)) from error
    if isinstance(value, list):
        return _list(value)
    if isinstance(value.get("vulnerabilities"), list):
        return _kev(value)
    if is_safety_db(value):
        records, unreadable, date = records_of_safety_db(value)
        return Read("safety-db", records, date=date, unreadable=unreadable)
    return _records([record_of_json(document.data)])


def _list(values: list[Any]) -> Read:
    records, unreadable = [], []
    for number, value in enumerate(values):
        try:
            records.append(record_of_value(value))
        except UnreadableRecord as error:
            unreadable.append(f"record {number}: {error}")
    return _records(records)._replace(unreadable=tuple(unreadable))


class _Kev(msgspec.Struct):
    cveID: str  # noqa: N815 - the catalogue's own spelling


def _kev(value: dict[str, Any]) -> Read:
    try:
        listed = msgspec.convert(value["vulnerabilities"], list[_Kev])
    except msgspec.ValidationError as error:
        raise UnreadableRecord(str(error)) from error
    scores = tuple((_cve(one.cveID), Exploitation(exploited=True)) for one in listed)
    return Read("KEV catalogue", scores=scores, date=_date(str(value.get("dateReleased", ""))))


def _epss(data: bytes) -> Read:
    """Read EPSS's list: a comment with the date, a head, then cve, epss, percentile."""
    try:
        text = data.decode("ascii")
        comment, _, table = text.partition("\n") if text.startswith("#") else ("", "", text)
        scores = tuple(_epss_rows(csv.DictReader(io.StringIO(table))))
    except (UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
        raise UnreadableRecord(f"not a list of EPSS scores: {error}") from error
    return Read("EPSS scores", scores=scores, date=_date(comment.rpartition("score_date:")[2]))


def _epss_rows(rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, Exploitation]]:
    for number, row in enumerate(rows):
        epss, percentile = float(row["epss"]), float(row["percentile"])
        if number >= _MOST_SCORES or not (0 <= epss <= 1 and 0 <= percentile <= 1):
            raise ValueError(f"row {number}")
        yield _cve(row["cve"]), Exploitation(epss=epss, percentile=percentile)


def _cve(text: str) -> str:
    return text[:_LONGEST_CVE].upper()


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _yaml(data: bytes) -> object:
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "PyYAML is not installed",
            hint="Install the parts of it with: pip install 'pypi-airlock[audit]'",
        ) from error
    try:
        value = yaml.load(data, _loader())  # noqa: S506 - a subclass of the safe loader
        _count_nodes(value)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableRecord(" ".join(str(error).split())[:300]) from error
    return value


def _loader() -> Any:
    global _PLAIN  # noqa: PLW0603 - made once, of a library that is imported when it is needed
    if _PLAIN is None:
        import yaml

        safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        null = "tag:yaml.org,2002:null"
        plain = {
            first: [one for one in resolvers if one[0] == null]
            for first, resolvers in safe.yaml_implicit_resolvers.items()
        }
        _PLAIN = type("_PlainLoader", (safe,), {"yaml_implicit_resolvers": plain})
    return _PLAIN


_PLAIN: Any = None


def _count_nodes(value: object) -> None:
    """Refuse what an alias makes larger than any record."""
    waiting = [value]
    seen = 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if seen > _MOST_NODES:
            raise ValueError(f"more than {_MOST_NODES:,} nodes")
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
