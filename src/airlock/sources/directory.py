"""Artifacts on the disk: a file, or all of a folder.

Invariants:

- A folder is read as deep as it goes, in the order of the names, without following a link that
  leads out of it.
- A folder that cannot be read is an error, never a folder with nothing in it.
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
    ignored: int
    """How many files were something else, or links out of the folder."""


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
        files = sorted(_files_in(path))
        artifacts = tuple(file for file in files if _is_artifact(file, path.resolve()))
        return Found(artifacts, len(files) - len(artifacts))
    if not path.exists():
        raise TargetNotFound(f"there is no file or folder {path}")
    ArtifactName.parse(path.name)
    if not path.is_file():
        raise InvalidFilename(f"{path} is not a regular file")
    return Found((path,), 0)


def _files_in(folder: Path) -> Iterator[Path]:
    for inside, _, names in os.walk(folder, onerror=_unreadable):
        yield from (Path(inside, name) for name in names)


def _unreadable(error: OSError) -> NoReturn:
    raise NotExamined(f"{error.filename} cannot be read: {error.strerror}") from error


def _is_artifact(path: Path, folder: Path) -> bool:
    try:
        ArtifactName.parse(path.name)
    except InvalidFilename:
        return False
    return path.is_file() and path.resolve().is_relative_to(folder)
