"""Opens an artifact: decides by its content what it is, reads all of it, and hands out a reading.

- The file's name only decides what is expected; an ending that does not fit is an anomaly.
- A file that is two archives at once is read as both: pip takes anything for a zip that has a zip's
  end, whatever it is called, so a source distribution must not have one by accident.
- Only a file that the system does not let us read is an error.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from airlock.archive.containers import Contents, read_container
from airlock.archive.formats import HEAD_BYTES, Format, sniff
from airlock.archive.interface import Anomaly, Limits, Member, Reading
from airlock.archive.members import HeldMember
from airlock.archive.notes import Notes
from airlock.archive.places import Ground, Place
from airlock.archive.spans import FileSpan, MemorySpan, OpenFile, Span
from airlock.archive.tar_headers import looks_like_header
from airlock.archive.trees import judge_top, judge_tree
from airlock.archive.zip_directory import candidates, directories
from airlock.errors import ArchiveError
from airlock.model import ArtifactKind, ArtifactName, Severity

_DEFAULT_LIMITS = Limits()
# Reading a small file at once is cheaper than asking the system for each of its entries.
_SMALL_BYTES = 16 * 1024**2

_EXPECTED = {
    ".whl": Format.ZIP,
    ".zip": Format.ZIP,
    ".tar.gz": Format.GZIP,
    ".tgz": Format.GZIP,
    ".tar.bz2": Format.BZIP2,
    ".conda": Format.ZIP,
}


class _OpenReading(Reading):
    def __init__(
        self,
        kind: ArtifactKind,
        members: Sequence[Member],
        anomalies: Sequence[Anomaly],
        file: OpenFile,
        ground: Ground,
    ) -> None:
        self.kind = kind
        self.members = members
        self.anomalies = anomalies
        self._file = file
        self._ground = ground

    def close(self) -> None:
        """Let go of the file and of what was unpacked from it."""
        self._file.close()
        self._ground.spool.close()


def open_archive(path: Path, name: ArtifactName, limits: Limits = _DEFAULT_LIMITS) -> Reading:
    """Open an artifact and read all of it, under the limits.

    Args:
        path: the file; it must not change while the reading is open.
        name: what it is called, and so what it should be.
        limits: how much to read before stopping.

    Raises:
        ArchiveError: if the system does not let us read the file at all.
    """
    file, size = _open(path, name)
    ground, notes = Ground(limits), Notes()
    try:
        members = _read(_span(file, size), name, Place(ground, notes))
    except BaseException:
        file.close()
        ground.spool.close()
        raise
    return _OpenReading(name.kind, members, notes.anomalies(), file, ground)


def _open(path: Path, name: ArtifactName) -> tuple[OpenFile, int]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        status = os.fstat(descriptor)
    except OSError as error:
        raise ArchiveError(f"{name.filename} cannot be opened: {error.strerror}") from error
    file = OpenFile(descriptor)
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise ArchiveError(f"{name.filename} is no regular file")
    return file, status.st_size


def _span(file: OpenFile, size: int) -> Span:
    if size > _SMALL_BYTES:
        return FileSpan(file, 0, size)
    return MemorySpan(file.read(0, size))


def _read(span: Span, name: ArtifactName, place: Place) -> list[HeldMember]:
    """Read an artifact as every container that it is; the one that pip takes comes last."""
    forms = _forms(span, place)
    _judge_forms(forms, name, place)
    members: list[HeldMember] = []
    for form in forms:
        contents = _contents(span, form, name, place)
        members += contents.all
        if form is forms[-1]:
            # What a package of conda installs is in a tar, even where that is in a zip.
            is_zip = form is Format.ZIP and name.kind is not ArtifactKind.CONDA
            judge_tree(contents.own, place.notes, is_zip=is_zip)
            if name.kind is ArtifactKind.SDIST:
                judge_top(contents.own, _stem(name), place.notes)
    if forms and not members:
        place.notes.add(Severity.HIGH, "no-members", "there is nothing in the archive")
    return members


def _contents(span: Span, form: Format, name: ArtifactName, place: Place) -> Contents:
    if name.kind is not ArtifactKind.CONDA:
        return read_container(span, form, place)
    from airlock.archive.conda import read_conda

    return read_conda(span, form, name, place)


def _forms(span: Span, place: Place) -> list[Format]:
    """Return the containers that a file is; a zip, which pip prefers, comes last."""
    head = span.read(0, HEAD_BYTES)
    begun = sniff(head) or (Format.TAR if looks_like_header(head) else None)
    is_zip = begun is Format.ZIP or _has_directory(span)
    forms: list[Format] = []
    if begun is not None and begun is not Format.ZIP:
        forms.append(begun)
    if is_zip:
        forms.append(Format.ZIP)
    if not forms:
        message = "it is no archive that pip or Airlock can read"
        place.notes.add(Severity.HIGH, "unrecognised", message, unread=True)
    return forms


def _has_directory(span: Span) -> bool:
    return any(
        directory.entries
        for record in candidates(span)
        for directory in directories(span, record, most=1)
    )


def _judge_forms(forms: list[Format], name: ArtifactName, place: Place) -> None:
    if len(forms) > 1:
        message = f"it is two archives in one: {' and '.join(forms)}; tools differ on which to read"
        place.notes.add(Severity.HIGH, "polyglot", message)
    suffix = _suffix(name)
    expected = _EXPECTED.get(suffix)
    if forms and expected is not None and expected not in forms:
        message = f"it ends in {suffix} and is a {forms[-1]}"
        severity = Severity.HIGH if name.kind is ArtifactKind.WHEEL else Severity.MEDIUM
        place.notes.add(severity, "wrong-container", message)


def _suffix(name: ArtifactName) -> str:
    return next((suffix for suffix in _EXPECTED if name.filename.endswith(suffix)), "")


def _stem(name: ArtifactName) -> str:
    return name.filename.removesuffix(_suffix(name))
