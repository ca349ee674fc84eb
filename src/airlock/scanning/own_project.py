"""The project that the user is working on, and what its ``pyproject.toml`` suppresses.

For authors who look at their own distributions before they upload them.

- It speaks only for files on the disk, never for what an index gave; without ``--project`` only for
  files below the folder that the user stands in.
- What is examined has no say: a ``pyproject.toml`` inside an artifact is never read for this.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from airlock.errors import InvalidPolicy
from airlock.policy import Suppression
from airlock.policy.suppression_tables import project_suppressions
from airlock.workers import Job

_NAME = "pyproject.toml"


class OwnProject(msgspec.Struct, frozen=True, kw_only=True):
    """What a user's own project answers for."""

    suppress: tuple[Suppression, ...]
    below: Path | None = None
    """Only files below this folder are covered; ``None`` for every file on the disk."""

    def covers(self, job: Job) -> bool:
        """Return whether it has a say in an examination."""
        if job.artifact.release.source is not None:
            return False
        return self.below is None or _is_below(Path(job.path), self.below)


def own_project(
    named: Path | None, here: Path, targets: Iterable[str], known_checks: frozenset[str]
) -> OwnProject | None:
    """Return the user's own project, if there is one to ask.

    Args:
        named: the folder given with ``--project``, or ``None``.
        here: the folder that the user stands in; asked if a target is a file or folder below it.
        targets: as the user wrote them.
        known_checks: the ids that suppressions may name.

    Raises:
        InvalidPolicy: if a named folder has no ``pyproject.toml``, or one that cannot be obeyed.
    """
    if named is not None:
        return OwnProject(suppress=_read(named / _NAME, known_checks))
    path = here / _NAME
    # Unlike Path.exists, os.path.exists says no to a text that is too long for a path.
    local = any(os.path.exists(text) and _is_below(Path(text), here) for text in targets)  # noqa: PTH110
    if not (local and path.is_file()):
        return None
    return OwnProject(suppress=_read(path, known_checks), below=here)


def _read(path: Path, known_checks: frozenset[str]) -> tuple[Suppression, ...]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidPolicy(f"{path} cannot be read: {error}") from error
    return project_suppressions(text, origin=str(path), known_checks=known_checks)


def _is_below(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
