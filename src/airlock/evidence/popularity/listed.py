"""A list of popular names with their downloads, in a file that an operator keeps up to date.

The form is that of the monthly list of the most downloaded projects that Hugo van Kemenade
publishes, and a shorter one::

    {"rows": [{"project": "boto3", "download_count": 1880218825}, …]}
    {"rows": [["boto3", 1880218825], …]}

- Whoever writes the list decides which names are held: it is as trusted as the policy, and its
  limits are there against mistakes.
- A list that cannot be read is an error, never an empty list: with no popular names, every
  imitation would pass.
- What is no name is left out and counted (``dropped``); a list of which a tenth or more is none is
  not a list of names.
- Reading is lazy: a process that asks for no name reads no file. 15,000 names take 10 ms.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import msgspec

from airlock.errors import InvalidName, MalformedDocument
from airlock.evidence.popularity.interface import Popularity
from airlock.model import ProjectName

MOST_BYTES = 16 << 20
"""Of a list."""
_MOST_NAMES = 100_000
_FEWEST_NAMES = 100
# One in so many entries may be no name.
_TOLERATED = 10
_NORMALISED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LONGEST_NAME = 100


class _Row(msgspec.Struct, frozen=True):
    project: str
    download_count: int


class _Document(msgspec.Struct, frozen=True):
    rows: list[tuple[str, int] | _Row]


class ListedPopularity(Popularity):
    """Knows the names of a JSON file, the most downloaded first.

    Args:
        path: of the file.
        origin: where the names come from, for a person; by default the path.
    """

    def __init__(self, path: Path, *, origin: str = "") -> None:
        self._path = path
        self.origin = origin or str(path)

    @property
    def names(self) -> Sequence[ProjectName]:
        """Every popular name, the most downloaded first.

        Raises:
            MalformedDocument: if the file cannot be read, is too large, or is no such list.
        """
        return tuple(map(ProjectName, self._downloads))

    @property
    def counted(self) -> Iterable[tuple[str, int]]:
        """Every popular name with its downloads, the most downloaded first.

        Raises:
            MalformedDocument: as ``names``.
        """
        return self._downloads.items()

    def rank(self, name: ProjectName) -> int | None:
        """Return the place of a name, from 1, or ``None`` if it is not popular.

        Raises:
            MalformedDocument: as ``names``.
        """
        return self._ranks.get(name)

    @property
    def dropped(self) -> int:
        """How many entries of the file are no names, or there twice.

        Raises:
            MalformedDocument: as ``names``.
        """
        return self._entries - len(self._downloads)

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {name: rank for rank, name in enumerate(self._downloads, start=1)}

    @cached_property
    def _downloads(self) -> dict[str, int]:
        rows = list(self._rows())
        self._entries = len(rows)
        if not _FEWEST_NAMES <= len(rows) <= _MOST_NAMES:
            raise self._malformed(
                f"{len(rows)} names are not between {_FEWEST_NAMES} and {_MOST_NAMES:,}"
            )
        rows.sort(key=lambda row: -row[1])
        counted: dict[str, int] = {}
        for text, downloads in rows:
            if name := _normalised(text):
                counted.setdefault(name, max(0, downloads))
        if len(counted) < len(rows) - len(rows) // _TOLERATED:
            raise self._malformed(f"of {len(rows)} entries only {len(counted)} are names")
        return counted

    def _rows(self) -> Iterator[tuple[str, int]]:
        try:
            with self._path.open("rb") as stream:
                data = stream.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                raise self._malformed(f"more than {MOST_BYTES >> 20} MiB")
            document = msgspec.json.decode(data, type=_Document)
        except OSError as error:
            raise self._malformed(error.strerror or "unreadable") from error
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._malformed(str(error)) from error
        for row in document.rows:
            yield (row.project, row.download_count) if isinstance(row, _Row) else row

    def _malformed(self, why: str) -> MalformedDocument:
        return MalformedDocument(
            f"the list of popular names {self.origin} cannot be used: {why}",
            hint='It must be JSON of the form {"rows": [["NAME", DOWNLOADS], …]}.',
        )


def _normalised(text: str) -> str | None:
    if len(text) <= _LONGEST_NAME and _NORMALISED.fullmatch(text):
        return text
    try:
        return str(ProjectName(text))
    except InvalidName:
        return None
