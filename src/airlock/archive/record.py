"""The RECORD of a wheel, and where it does not tell what the wheel holds (PEP 376, PEP 427).

pip installs what is in the archive and verifies nothing of RECORD; it copies the rows, and later
removes what they name. Other installers go by RECORD. So every difference is somebody's surprise.

- A row is compared with the member whose path an installer would write, as it is spelled there.
- RECORD itself and its signatures need no row and no digest; directories are no rows.
- What cannot be parsed is a ``Discrepancy``, too; nothing is raised.
"""

import base64
import csv
import enum
import hashlib
import io
from collections.abc import Iterator

import msgspec

from airlock.archive.interface import NESTED, Member, MemberKind, Reading
from airlock.errors import ArchiveError

# The RECORD of the largest wheels of 2026 has 6 MB.
_LARGEST_BYTES = 64 * 1024**2
_ROW_PARTS = 3
_WEAK = frozenset({"md5", "sha1", "sha224"})
_UNSIGNED = ("RECORD", "RECORD.jws", "RECORD.p7s")


class Difference(enum.StrEnum):
    """How RECORD and content differ."""

    NO_RECORD = "no-record"
    """There is none, or it cannot be read."""
    BAD_ROW = "bad-row"
    """A row that is not a path, a digest and a size."""
    OUTSIDE = "outside"
    """A row for a path outside the wheel: pip would remove it with the package."""
    NOT_LISTED = "not-listed"
    """A file without a row."""
    NOT_THERE = "not-there"
    """A row without a file."""
    NO_DIGEST = "no-digest"
    WEAK_DIGEST = "weak-digest"
    """By an algorithm that PEP 427 forbids."""
    WRONG_DIGEST = "wrong-digest"
    WRONG_SIZE = "wrong-size"
    LISTED_TWICE = "listed-twice"
    """Two rows for one path that say different things."""


class Discrepancy(msgspec.Struct, frozen=True):
    """One difference between RECORD and content."""

    difference: Difference
    path: str
    """The file in question; the RECORD, if it is about that."""
    message: str


class Row(msgspec.Struct, frozen=True):
    """One row, as written, but with ``/`` in paths that Windows wrote."""

    path: str
    algorithm: str
    """In lower case; empty if the row has no digest."""
    digest: str
    """URL-safe base64 without padding."""
    size: str


def compare_record(reading: Reading, folder: str) -> Iterator[Discrepancy]:
    """Iterate over the differences between a wheel's content and its RECORD.

    Args:
        reading: the opened wheel.
        folder: its ``.dist-info`` folder.
    """
    path = f"{folder}/RECORD"
    member = reading.find(path)
    if member is None or member.kind is not MemberKind.FILE:
        yield Discrepancy(Difference.NO_RECORD, path, "the wheel has no RECORD")
        return
    rows, problems = read_rows(member)
    yield from problems
    files = {file.path: file for file in reading.files() if NESTED not in file.path}
    exempt = frozenset(f"{folder}/{name}" for name in _UNSIGNED)
    known: dict[str, Row] = {}
    for row in rows:
        before = known.setdefault(row.path, row)
        if before is not row:
            if before != row:
                message = "RECORD has two rows for it that differ"
                yield Discrepancy(Difference.LISTED_TWICE, row.path, message)
            continue
        yield from _judge_row(row, files.get(row.path), exempt)
    for name in sorted(files.keys() - known.keys() - exempt):
        yield Discrepancy(Difference.NOT_LISTED, name, "RECORD does not list it")


def read_rows(member: Member) -> tuple[list[Row], list[Discrepancy]]:
    """Parse a RECORD; return its rows, and what is wrong with those that are none."""
    rows: list[Row] = []
    problems: list[Discrepancy] = []

    def complain(difference: Difference, message: str) -> None:
        problems.append(Discrepancy(difference, member.path, message))

    if member.size > _LARGEST_BYTES:
        complain(Difference.NO_RECORD, f"RECORD is too large to be one: {member.size:,} bytes")
        return rows, problems
    try:
        text = member.read().decode("utf-8")
        for parts in csv.reader(io.StringIO(text, newline="")):
            if len(parts) == _ROW_PARTS:
                rows.append(_row(*parts))
            elif parts:
                shown = ascii(",".join(parts)[:120])
                complain(Difference.BAD_ROW, f"a row has not three parts: {shown}")
    except (ArchiveError, UnicodeDecodeError, csv.Error) as error:
        complain(Difference.NO_RECORD, f"RECORD cannot be read to its end: {error}")
    return rows, problems


def _row(path: str, digest: str, size: str) -> Row:
    algorithm, _, value = digest.partition("=")
    return Row(path.replace("\\", "/"), algorithm.lower(), value.rstrip("="), size)


def _judge_row(row: Row, file: Member | None, exempt: frozenset[str]) -> Iterator[Discrepancy]:
    if _is_outside(row.path):
        message = "RECORD lists a file outside the wheel, which would be removed with it"
        yield Discrepancy(Difference.OUTSIDE, row.path, message)
    elif file is not None:
        yield from _judge_size(row, file)
        yield from _judge_digest(row, file, signed=row.path not in exempt)
    elif row.path not in exempt and not row.path.endswith("/"):
        message = "RECORD lists it, the wheel does not hold it"
        yield Discrepancy(Difference.NOT_THERE, row.path, message)


def _is_outside(path: str) -> bool:
    return path.startswith("/") or path[1:2] == ":" or ".." in path.split("/")


def _judge_size(row: Row, file: Member) -> Iterator[Discrepancy]:
    if row.size and row.size != str(file.size):
        message = f"RECORD gives it {row.size[:30]} bytes, it has {file.size}"
        yield Discrepancy(Difference.WRONG_SIZE, row.path, message)


def _judge_digest(row: Row, file: Member, *, signed: bool) -> Iterator[Discrepancy]:
    if not row.digest:
        if signed:
            message = "RECORD gives no digest for it"
            yield Discrepancy(Difference.NO_DIGEST, row.path, message)
        return
    if row.algorithm in _WEAK:
        message = f"RECORD gives a digest for it that is easily forged: {row.algorithm}"
        yield Discrepancy(Difference.WEAK_DIGEST, row.path, message)
    digest = _digest(file, row.algorithm)
    if digest is None:
        message = f"RECORD gives a digest for it that nobody can verify: {row.algorithm[:30]!r}"
        yield Discrepancy(Difference.WEAK_DIGEST, row.path, message)
    elif digest and digest != row.digest:
        message = f"RECORD gives it the {row.algorithm} {row.digest[:100]}, it is {digest}"
        yield Discrepancy(Difference.WRONG_DIGEST, row.path, message)


def _digest(file: Member, algorithm: str) -> str | None:
    """Return a digest as RECORD spells it; empty if the file is unreadable, ``None`` if unknown."""
    if file.sha256 is None:
        return ""
    if algorithm == "sha256":
        digest = bytes.fromhex(file.sha256)
    elif algorithm in hashlib.algorithms_guaranteed and not algorithm.startswith("shake"):
        digest = hashlib.new(algorithm, file.read(), usedforsecurity=False).digest()
    else:
        return None
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
