"""Artifacts on the disk: a file, or all of a folder.

Invariants:

- A folder is read as deep as it goes, in the order of the names, without following a link that
  leads out of it.
- What is named like an artifact and was not taken is told, and a folder that cannot be read is an
  error: neither is passed over.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import msgspec

from airlock.errors import InvalidFilename, NotExamined, TargetNotFound
from airlock.model import ArtifactName


class Found(msgspec.Struct, frozen=True):
    """What there is at a path."""

    artifacts: tuple[Path, ...]
    """Wheels and source distributions, sorted."""
    ignored: int = 0
    """How many files were something else."""
    unread: tuple[Path, ...] = ()
    """Named like something that pip installs, but of a form that is not read, links out of the
    folder, links to nothing, or no files; sorted."""


def find_artifacts(path: Path) -> list[Path]:
    """Return the wheels and source distributions at a path; see ``look_into``."""
    return list(look_into(path).artifacts)


def look_into(path: Path) -> Found:
    """Return what there is at a path: the file itself, or all that a folder holds.

    Raises:
        TargetNotFound: if nothing is there.
        InvalidFilename: if it is a file that is no artifact by its name.
        NotExamined: if a part of the folder cannot be read.
    """
    if path.is_dir():
        return _in_folder(path)
    if not path.exists():
        raise TargetNotFound(f"there is no file or folder {path}")
    ArtifactName.of_file(path.name)
    if not path.is_file():
        raise InvalidFilename(f"{path} is not a regular file")
    return Found((path,))


def _in_folder(folder: Path) -> Found:
    files = sorted(_files_in(folder))
    named = [file for file in files if _is_named_so(file)]
    inside = folder.resolve()
    taken = {file: None for file in named if _is_file_inside(file, inside)}
    unread = tuple(file for file in files if file not in taken and _is_installable(file))
    return Found(tuple(taken), len(files) - len(taken) - len(unread), unread)


def _files_in(folder: Path) -> Iterator[Path]:
    for inside, _, names in os.walk(folder, onerror=_unreadable):
        yield from (Path(inside, name) for name in names)


def _unreadable(error: OSError) -> NoReturn:
    raise NotExamined(f"{error.filename} cannot be read: {error.strerror}") from error


def _is_named_so(path: Path) -> bool:
    try:
        ArtifactName.of_file(path.name)
    except InvalidFilename:
        return False
    return True


def _is_installable(path: Path) -> bool:
    return path.name.lower().endswith(ArtifactName.INSTALLABLE_SUFFIXES)


def _is_file_inside(path: Path, folder: Path) -> bool:
    try:
        return path.is_file() and path.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):
        # A link to itself.
        return False
