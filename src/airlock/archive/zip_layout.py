"""Accounts for every byte of a zip, and searches the bytes that belong to nothing.

- Every byte belongs to exactly one record. Bytes of two entries at once are an overlap, the trick
  of zip bombs; bytes of none may conceal entries that tools find which read a zip as a stream.
"""

from collections.abc import Iterable, Iterator

from airlock.archive import zip_records as zip_
from airlock.archive.notes import Notes
from airlock.archive.spans import CHUNK_BYTES, Span
from airlock.archive.zip_entries import ZipEntry, hidden_at
from airlock.model import Severity

# A gap full of signatures is no archive's; each costs a look.
_MOST_TRIES = 20_000

Range = tuple[int, int]
"""Where something begins and where it ends."""


def tell_overlaps(entries: Iterable[ZipEntry], records: Iterable[Range], notes: Notes) -> None:
    """Note entries that share bytes with one another, or with the directory."""
    spans = sorted((entry.at, entry.end, entry.name) for entry in entries if entry.local)
    end, name = 0, ""
    for start, stop, this in spans:
        if start < end:
            message = f"{this[:80]!r} shares its bytes with {name[:80]!r}"
            notes.add(Severity.HIGH, "zip-overlap", message)
        if stop > end:
            end, name = stop, this
    for start, stop in records:
        if any(at < stop and start < until for at, until, _ in spans):
            message = "an entry shares its bytes with the directory of the archive"
            notes.add(Severity.HIGH, "zip-overlap", message)


def gaps(ranges: Iterable[Range], size: int) -> Iterator[Range]:
    """Iterate over what lies between the ranges, from 0 to ``size``."""
    position = 0
    for start, stop in sorted(ranges):
        if start > position:
            yield position, min(start, size)
        position = max(position, stop)
        if position >= size:
            return
    if position < size:
        yield position, size


def search(span: Span, gap: Range, size: int, notes: Notes) -> Iterator[ZipEntry]:
    """Iterate over the entries that a gap conceals, and note what else is in it."""
    position, end = gap
    stray = tries = 0
    while position < end:
        tries += 1
        if tries > _MOST_TRIES:
            message = f"{end - position:,} bytes between the entries were not searched"
            notes.stopped("zip-gap-unsearched", message)
            break
        at = _next_local(span, position, end)
        entry = hidden_at(span, at, end) if at < end else None
        if entry is None:
            at = min(at + 4, end)
            stray += _not_zero(span, position, at)
            position = at
            continue
        stray += _not_zero(span, position, at)
        yield entry
        position = entry.end
    if stray:
        _tell_stray(gap, size, stray, notes)


def _next_local(span: Span, position: int, end: int) -> int:
    """Return where the next signature of a local header is; ``end`` if there is none."""
    while position < end:
        chunk = span.read(position, min(CHUNK_BYTES, end - position))
        found = chunk.find(zip_.LOCAL)
        if found >= 0:
            return position + found
        if len(chunk) < len(zip_.LOCAL):
            break
        position += len(chunk) - 3 if position + len(chunk) < end else len(chunk)
    return end


def _not_zero(span: Span, start: int, end: int) -> int:
    return sum(len(chunk) - chunk.count(0) for chunk in span.chunks(start, end - start))


def _tell_stray(gap: Range, size: int, count: int, notes: Notes) -> None:
    start, end = gap
    if start == 0:
        code, where = "zip-prepended", "before the first entry"
    elif end == size:
        code, where = "zip-appended", "behind the end of the archive"
    else:
        code, where = "zip-gap", f"at byte {start:,}, between the entries"
    message = f"{end - start:,} bytes {where} belong to nothing ({count:,} are not zero)"
    notes.add(Severity.MEDIUM, code, message)
