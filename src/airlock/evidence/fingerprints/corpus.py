"""Specimens and known good code, from lists and folders. Files are read, never unpacked to disk.

A list is a CSV with the columns ``sha256``, ``path`` or ``filename``, and ``cluster`` or
``family``; others are not read. A file lies in the folder under its own name, or under ``<sha256>``
and whatever ending; only a file with the digest of the list is read.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from airlock.archive import open_archive
from airlock.errors import AirlockError, InvalidFilename, MalformedDocument
from airlock.evidence.fingerprints.building import Built, KnownGood, Specimen, Unread, build
from airlock.evidence.fingerprints.grams import Prints, prints
from airlock.evidence.fingerprints.members import is_code, prints_of
from airlock.model import ArtifactName

_SUFFIXES = (*ArtifactName.SDIST_SUFFIXES, ".whl")
_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{0,40}", re.ASCII)
_LABEL_DIGITS = 8


def build_memory(listed: Path, folder: Path, harmless: Iterable[Path], *, made_on: str) -> Built:
    """Return the memory of a list of archives.

    Args:
        listed: the list of malicious archives.
        folder: where their files are.
        harmless: folders of archives and Python files whose code counts for nothing.
        made_on: the day, ``YYYY-MM-DD``.

    Raises:
        MalformedDocument: if the list cannot be read.
    """
    good = KnownGood()
    unread: list[Unread] = []
    for place in harmless:
        for one in known_good(place):
            if isinstance(one, Unread):
                unread.append(one)
            else:
                good.add(one)
    found = list(specimens(listed, folder))
    unread += [one for one in found if isinstance(one, Unread)]
    built = build((one for one in found if isinstance(one, Specimen)), good, made_on=made_on)
    return msgspec.structs.replace(built, unread=tuple(unread))


def stored_files(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by their names and by what precedes the first dot."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    return {path.name.partition(".")[0]: path for path in files} | {p.name: p for p in files}


def acceptable_name(filename: str, name: str, version: str) -> str:
    """Return the file name, or one that an index could have: keepers of malware take any name.

    Raises:
        InvalidFilename: if none can be made.
    """
    try:
        return ArtifactName.parse(filename).filename
    except InvalidFilename:
        suffix = next((one for one in _SUFFIXES if filename.endswith(one)), ".tar.gz")
        stem = _STRANGE.sub("-", f"{name}-{version.rpartition('-')[2]}").strip("-_.")
        return ArtifactName.parse(f"{stem}{suffix}").filename


def rows(listed: Path) -> list[dict[str, str]]:
    """Return the rows of a list.

    Raises:
        MalformedDocument: if it cannot be read or has no digests.
    """
    try:
        with listed.open(encoding="utf-8", newline="") as stream:
            found = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise MalformedDocument(f"{listed} is no list of archives: {error}") from error
    if any(not row.get("sha256") or None in row or None in row.values() for row in found):
        raise MalformedDocument(
            f"{listed} is no list of archives: a row has no digest, or no shape"
        )
    return found


def specimens(listed: Path, folder: Path) -> Iterator[Specimen | Unread]:
    """Yield the archives of a list, as prints.

    Raises:
        MalformedDocument: if the list cannot be read.
    """
    stored = stored_files(folder)
    for row in rows(listed):
        named = row.get("filename") or row.get("path", "").rpartition("/")[2]
        path = stored.get(row["sha256"].lower()) or stored.get(named)
        try:
            if path is None or _digest(path) != row["sha256"].lower():
                yield Unread(named, "the file is missing, or another one")
                continue
            filename = acceptable_name(named, row.get("name", ""), row.get("version", ""))
            yield Specimen(_label(row), dict(archive_prints(path, filename)))
        except (AirlockError, OSError) as error:
            yield Unread(named, str(error))


def known_good(place: Path) -> Iterator[Prints | Unread]:
    """Yield the prints of everything harmless in a folder: archives, and Python files below it."""
    for path in sorted(place.rglob("*")):
        if "site-packages" in path.relative_to(place).parts or not path.is_file():
            continue
        try:
            if path.suffix == ".py":
                yield prints(path.read_bytes())
            elif _is_artifact(path.name):
                yield from (one for _, one in archive_prints(path, path.name))
        except (AirlockError, OSError) as error:
            yield Unread(path.name, str(error))


def _is_artifact(filename: str) -> bool:
    try:
        ArtifactName.parse(filename)
    except InvalidFilename:
        return False
    return True


def archive_prints(path: Path, filename: str) -> Iterator[tuple[str, Prints]]:
    """Yield what every member of an archive is known by, if by anything.

    Args:
        path: the file.
        filename: its proper name.

    Raises:
        ArchiveError: if nothing of it can be read.
        InvalidFilename: if the name is no artifact's.
    """
    with open_archive(path, ArtifactName.parse(filename)) as reading:
        for member in reading.files():
            if is_code(member):
                for number, one in enumerate(prints_of(member)):
                    if one.grams:
                        yield (f"{member.path}#{number}" if number else member.path), one


def _label(row: Mapping[str, str]) -> str:
    if given := row.get("family"):
        if not _LABEL.fullmatch(given):
            raise MalformedDocument(f"{given[:40]!r} is no label: a-z, 0-9 and - only")
        return given
    return f"family-{(row.get('cluster') or row['sha256'])[:_LABEL_DIGITS]}"


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
