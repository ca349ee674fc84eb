"""The list of popular names that comes with Airlock: small, offline, the default.

- Reading is lazy: a process that asks for no name reads no file.
- A list that cannot be read is an error, never an empty list: with no popular names, every
  imitation would pass.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from airlock.errors import InvalidName, MalformedDocument
from airlock.evidence.popularity.interface import Popularity
from airlock.model import ProjectName

_LIST = Path(__file__).with_name("popular.txt")


class BuiltinPopularity(Popularity):
    """Knows the names of a text file: one a line, the most popular first, ``#`` for comments.

    Args:
        path: of the file; by default the one that comes with Airlock.
    """

    def __init__(self, path: Path = _LIST) -> None:
        self._path = path

    @property
    def names(self) -> Sequence[ProjectName]:
        """Every popular name, the most popular first.

        Raises:
            MalformedDocument: if the list cannot be read, is empty or holds what is no name.
        """
        return tuple(self._ranks)

    def rank(self, name: ProjectName) -> int | None:
        """Return the place of a name, from 1, or ``None`` if it is not popular.

        Raises:
            MalformedDocument: as ``names``.
        """
        return self._ranks.get(name)

    @cached_property
    def _ranks(self) -> dict[ProjectName, int]:
        try:
            lines = self._path.read_text(encoding="utf-8").splitlines()
            names = [ProjectName(line) for line in lines if line and not line.startswith("#")]
        except (OSError, UnicodeDecodeError, InvalidName) as error:
            raise MalformedDocument(f"the list of popular names cannot be read: {error}") from error
        if not names:
            raise MalformedDocument("the list of popular names is empty")
        return {name: place for place, name in enumerate(dict.fromkeys(names), start=1)}
