"""One record of OSV's schema (ossf.github.io/osv-schema), as a source gives it, made a ``Record``.

- A record of which name or shape cannot be read is an error; the caller counts it, and a database
  with such a record calls nothing clean.
- What a record says of a project and cannot be evaluated makes that project ``blind``, with the
  reason: an event that is no version, a range of commits without versions beside it.
- Identifiers, versions and packages have to be as the schema says. What only describes (texts,
  severities, references) is left out where it is not: it says nothing of who is affected.
- Only what is about the Python index is kept. Unknown fields are of no interest, and no error.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from airlock.errors import InvalidName
from airlock.evidence.advisories.keys import NotPep440, key
from airlock.evidence.advisories.ranges import START, Unplaceable, intervals_of_events
from airlock.evidence.advisories.records import Affected, Interval, Record
from airlock.evidence.advisories.severity import rate
from airlock.model import ProjectName

_ECOSYSTEM = "pypi"
_MALWARE = "MAL-"
_LONGEST_ID = 100
_LONGEST_SUMMARY = 300
_LONGEST_DETAILS = 2_000
_LONGEST_URL = 500
_MOST_REFERENCES = 8
_MOST_ALIASES = 200
_MOST_VERSIONS = 100_000
_REFERENCES_FIRST = {"ADVISORY": 0, "FIX": 1, "REPORT": 2, "WEB": 3}


class UnreadableRecord(ValueError):
    """Nothing can be known of a record; the text says why."""


class _Package(msgspec.Struct):
    ecosystem: str
    name: str


class _Range(msgspec.Struct):
    type: str
    events: list[dict[str, str]] = []


class _Affected(msgspec.Struct):
    package: _Package | None = None
    ranges: list[_Range] | None = None
    versions: list[str] | None = None
    severity: Any = None


class _Osv(msgspec.Struct):
    id: str
    modified: str
    published: Any = None
    withdrawn: str | None = None
    aliases: list[str] | None = None
    summary: Any = None
    details: Any = None
    severity: Any = None
    affected: list[_Affected] | None = None
    references: Any = None
    database_specific: Any = None


_DECODER = msgspec.json.Decoder(_Osv)


def record_of_json(data: bytes) -> Record | None:
    """Return the record that a JSON document holds; ``None`` if it is about other ecosystems.

    Raises:
        UnreadableRecord: if it is no such document.
    """
    try:
        return _record(_DECODER.decode(data))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableRecord(str(error)) from error


def record_of_value(value: object) -> Record | None:
    """Return the record that a value read from YAML is, as ``record_of_json``.

    Raises:
        UnreadableRecord: if it is none.
    """
    try:
        return _record(msgspec.convert(value, _Osv))
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnreadableRecord(str(error)) from error


def _record(osv: _Osv) -> Record | None:
    identifier = _identifier(osv.id)
    aliases = tuple(sorted({_identifier(alias) for alias in osv.aliases or ()} - {identifier}))
    if len(aliases) > _MOST_ALIASES:
        raise UnreadableRecord(f"{identifier} has {len(aliases)} aliases")
    malware = any(one.startswith(_MALWARE) for one in (identifier, *aliases))
    about = [one for one in osv.affected or () if _is_ours(one.package)]
    if not about:
        return None
    rated = (osv.severity, *(one.severity for one in about))
    vectors = [pair for severity in rated for pair in _vectors(severity)]
    # GitHub's database has a word of its own.
    own = osv.database_specific if isinstance(osv.database_specific, dict) else {}
    rating = rate(vectors, _text(own.get("severity")))
    details = _text(osv.details)
    return Record(
        id=identifier,
        aliases=aliases,
        summary=_line(_text(osv.summary) or details),
        details=details[:_LONGEST_DETAILS],
        malware=malware,
        severity=rating.severity.value if rating.severity else "",
        score=rating.score,
        vector=rating.vector,
        published=_text(osv.published)[:40],
        modified=osv.modified[:40],
        withdrawn=bool(osv.withdrawn),
        references=tuple(_references(osv.references)),
        affected=tuple(_affected(one, malware=malware) for one in about),
    )


def _identifier(text: str) -> str:
    if not (text and len(text) <= _LONGEST_ID and text.isprintable() and not text.isspace()):
        raise UnreadableRecord(f"{text[:_LONGEST_ID]!r} is no identifier")
    return text


def _is_ours(package: _Package | None) -> bool:
    return package is not None and package.ecosystem.partition(":")[0].lower() == _ECOSYSTEM


def _line(text: str) -> str:
    line = " ".join(text[: 4 * _LONGEST_SUMMARY].split())
    return line if len(line) <= _LONGEST_SUMMARY else line[: _LONGEST_SUMMARY - 1] + "…"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _pairs(values: object, first: str, second: str) -> Iterator[tuple[str, str]]:
    """Yield two texts of each object in a list; what is none has none."""
    for one in values if isinstance(values, list) else ():
        if isinstance(one, dict):
            yield _text(one.get(first)), _text(one.get(second))


def _vectors(severity: object) -> Iterator[tuple[str, str]]:
    return _pairs(severity, "type", "score")


def _references(references: object) -> list[str]:
    usable = [
        (kind, url)
        for kind, url in _pairs(references, "type", "url")
        if url and len(url) <= _LONGEST_URL and url.isprintable()
    ]
    usable.sort(key=lambda one: _REFERENCES_FIRST.get(one[0], len(_REFERENCES_FIRST)))
    return list(dict.fromkeys(url for _, url in usable))[:_MOST_REFERENCES]


def _affected(osv: _Affected, *, malware: bool) -> Affected:
    try:
        project = str(ProjectName(osv.package.name if osv.package else ""))
    except InvalidName as error:
        raise UnreadableRecord(str(error)) from error
    intervals, troubles = _intervals(osv.ranges or ())
    listed = osv.versions or []
    if len(listed) > _MOST_VERSIONS:
        raise UnreadableRecord(f"{len(listed)} versions")
    if not (intervals or listed or troubles):
        # Nothing is said of versions. Of malware that means all of them.
        intervals = ((START, None, False),) if malware else ()
        troubles = [] if malware else ["a record names no versions, at most commits"]
    ranged = Affected(project=project, intervals=tuple(intervals))
    return Affected(
        project=project,
        intervals=ranged.intervals,
        versions=tuple(sorted({one for one in _keys(listed) if not ranged.affects((one,))})),
        fixed=tuple(sorted(_fixed(osv.ranges or ()))),
        blind="; ".join(troubles)[:_LONGEST_SUMMARY],
    )


def _intervals(ranges: Iterable[_Range]) -> tuple[tuple[Interval, ...], list[str]]:
    """Return what can be evaluated, and why the rest cannot.

    Commits (``GIT``) say nothing of versions. Where there are other ranges or versions beside them,
    these say the same in versions, and the commits are not missed.
    """
    intervals: list[Interval] = []
    troubles = []
    for one in ranges:
        if one.type == "GIT":
            continue
        try:
            intervals.extend(intervals_of_events(one.type, one.events))
        except Unplaceable as error:
            troubles.append(f"a range cannot be evaluated: {error}")
    return tuple(intervals), troubles


def _keys(versions: Iterable[str]) -> Iterator[bytes]:
    """Yield the keys of versions; one that PEP 440 does not know is no release's that it does."""
    for version in versions:
        try:
            yield key(version)
        except NotPep440:
            continue


def _fixed(ranges: Iterable[_Range]) -> Iterator[tuple[bytes, str]]:
    for one in ranges:
        for event in one.events if one.type != "GIT" else ():
            if fixed := event.get("fixed"):
                try:
                    yield key(fixed), fixed
                except NotPep440:
                    continue
