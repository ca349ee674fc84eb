"""Compiles exports into one database.

- Of several records with one identifier the one that was changed last counts; of equals, the first.
- What was compiled before from the very same bytes is taken over, not read again.
- An export without any record, or one of which half cannot be read, is no export.
- The date is one that the records give, not the one on which somebody fetched them: of every source
  that is large enough to change all the time, the oldest newest change.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from airlock.errors import UnusableExport
from airlock.evidence.advisories.documents import Read, read_document
from airlock.evidence.advisories.exports import Document, Export
from airlock.evidence.advisories.format import (
    RAW_DIGEST_BYTES,
    Database,
    Head,
    encode_record,
    write_database,
)
from airlock.evidence.advisories.osv import UnreadableRecord
from airlock.evidence.advisories.records import Exploitation, Record
from airlock.model.advisory import AdvisoryDatabase, AdvisorySource

_TOLD = 50
_LONGEST_REASON = 300
# Nobody adds to a list of one's own every week: it does not make the whole database old.
_LARGE = 100
# Clocks of those who write records may be wrong by a day, and no more is believed.
_CLOCKS_DIFFER = dt.timedelta(days=1)


class Origin(NamedTuple):
    """Where an export comes from."""

    name: str
    """The URL without credentials, or the path."""
    validator: str = ""


class Compiler:
    """Collects what exports say.

    Args:
        now: the time, in UTC.
        before: the database that is to be replaced, if there is one that can be read.
    """

    def __init__(self, now: dt.datetime, before: Database | None = None) -> None:
        self._now = now
        self._before = before
        self._known = _digests(before) if before else {}
        self._records: dict[str, tuple[Record, bytes, bytes]] = {}
        self._scores: dict[str, Exploitation] = {}
        self._sources: list[AdvisorySource] = []
        self._unreadable: list[str] = []
        self._dated: list[AdvisorySource] = []

    def add(self, export: Export, origin: Origin) -> AdvisorySource:
        """Read one export.

        Raises:
            UnusableExport: if there is nothing in it, or too much of it cannot be read.
        """
        tally = _Tally()
        for document in export.documents:
            self._take(document, tally)
        if tally.records + tally.scores == 0 or tally.unreadable > tally.records + tally.scores:
            first = f": {tally.told[0]}" if tally.told else ""
            raise UnusableExport(
                f"{origin.name} has no advisories that can be read ({tally.unreadable} of "
                f"{tally.documents} documents are unreadable{first})"
            )
        source = AdvisorySource(
            origin=origin.name,
            kind=", ".join(sorted(tally.kinds)),
            sha256=export.sha256(),
            records=tally.records + tally.scores,
            unreadable=tally.unreadable,
            date=tally.date,
            validator=origin.validator,
        )
        self._sources.append(source)
        if tally.records and tally.date:
            self._dated.append(source)
        self._unreadable.extend(f"{origin.name}: {one}" for one in tally.told)
        return source

    def _take(self, document: Document, tally: "_Tally") -> None:
        tally.documents += 1
        raw = hashlib.blake2b(document.data, digest_size=RAW_DIGEST_BYTES).digest()
        number = self._known.get(raw)
        if number is not None and self._before is not None and not document.alone:
            read = Read("OSV records", (self._before.record(number),))
        else:
            try:
                read = read_document(document)
            except UnreadableRecord as error:
                tally.cannot_read(document.name, str(error))
                return
        for reason in read.unreadable:
            tally.cannot_read(document.name, reason)
        tally.take(read, self._latest())
        for record in read.records:
            # What one document has many of cannot be told by its bytes.
            self._keep(record, raw if not document.alone else bytes(RAW_DIGEST_BYTES))
        for cve, score in read.scores:
            self._scores[cve] = _together(self._scores.get(cve), score)

    def _latest(self) -> str:
        return (self._now + _CLOCKS_DIFFER).isoformat()

    def _keep(self, record: Record, raw: bytes) -> None:
        known = self._records.get(record.id)
        if known is None or known[0].modified < record.modified:
            self._records[record.id] = (record, encode_record(record), raw)

    def finish(self) -> bytes:
        """Return the database as a file.

        Raises:
            UnusableExport: if no source had a record: scores alone know of no vulnerability.
        """
        kept = [self._records[one] for one in sorted(self._records)]
        if not kept:
            raise UnusableExport("none of the sources has advisories")
        projects: dict[str, list[int]] = {}
        for number, (record, _, _) in enumerate(kept):
            for name in () if record.withdrawn else {one.project for one in record.affected}:
                projects.setdefault(name, []).append(number)
        about = AdvisoryDatabase(
            sha256="",
            date=self._date(),
            made_at=self._now,
            records=len(kept),
            projects=len(projects),
            unreadable=sum(source.unreadable for source in self._sources),
            sources=tuple(self._sources),
        )
        named = {one for record, _, _ in kept for one in (record.id, *record.aliases)}
        scores = {cve: self._scores[cve] for cve in sorted(named & self._scores.keys())}
        head = Head(
            about=about,
            raw=b"".join(raw for _, _, raw in kept),
            projects=dict(sorted(projects.items())),
            exploitation=scores,
            unreadable=self._unreadable[:_TOLD],
        )
        return write_database(head, [blob for _, blob, _ in kept])

    def _date(self) -> dt.date:
        """Return up to when the sources know; of sources without dates, the beginning of time."""
        large = [source for source in self._dated if source.records >= _LARGE]
        dates = [source.date for source in large or self._dated if source.date is not None]
        return min(dates, default=dt.date.min)


class _Tally:
    """What one export has."""

    def __init__(self) -> None:
        self.documents = 0
        self.records = 0
        self.scores = 0
        self.unreadable = 0
        self.told: list[str] = []
        self.kinds: set[str] = set()
        self.date: dt.date | None = None

    def cannot_read(self, name: str, why: str) -> None:
        self.unreadable += 1
        if len(self.told) < _TOLD:
            self.told.append(f"{name}: {why}"[:_LONGEST_REASON])

    def take(self, read: Read, latest: str) -> None:
        """Count, and find the newest change; what claims to be of the future dates nothing."""
        self.kinds.add(read.kind)
        self.records += len(read.records)
        self.scores += len(read.scores)
        dates = [read.date] if read.date else []
        dates += [date for date in map(_day, _modified(read.records, latest)) if date]
        self.date = max([*dates, self.date] if self.date else dates, default=None)


def _modified(records: Iterable[Record], latest: str) -> Iterator[str]:
    return (record.modified for record in records if record.modified < latest)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _digests(database: Database) -> dict[bytes, int]:
    """Return what each record was read from; one that was read together with others is left out."""
    raw, size = database.head.raw, RAW_DIGEST_BYTES
    found: dict[bytes, int] = {}
    twice: set[bytes] = set()
    for number in range(len(database.head.ends)):
        digest = raw[number * size : (number + 1) * size]
        if digest in found:
            twice.add(digest)
        found[digest] = number
    return {digest: number for digest, number in found.items() if digest not in twice}


def _together(one: Exploitation | None, other: Exploitation) -> Exploitation:
    if one is None:
        return other
    return Exploitation(
        epss=other.epss if other.epss is not None else one.epss,
        percentile=other.percentile if other.percentile is not None else one.percentile,
        exploited=one.exploited or other.exploited,
    )
