"""The names with a history that come with Airlock: few, each with its source.

- Names are compared normalised, not by their looks: ``setup-tools`` is known, ``setuptools`` is
  what was imitated.
- What remains of ``pip install -r requirements.txt`` when ``-r`` is forgotten or run together is
  known by its likeness, for nobody can list its spellings.
- A list that cannot be read is an error, never an empty list.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from airlock.errors import InvalidName, MalformedDocument
from airlock.evidence.known_names.interface import Kind, KnownName, KnownNames
from airlock.model import ProjectName
from airlock.names.edits import one_edit, two_edits

_LIST = Path(__file__).with_name("known.txt")
_SOURCE = re.compile(r"\[([a-z-]+)\] (.+)")
# What is left of "-r requirements.txt", "-rrequirements-dev.txt" and their like besides the word.
_BEFORE = frozenset({"r"})
_AFTER = """
    base ci common dev development doc docs in lint local lock pip prod production test tests text
    txt
"""
_AFTER_WORDS = frozenset(_AFTER.split())
_REQUIREMENTS = "requirements"
_OF_THE_OPTION = "the option -r of pip, forgotten; fished since 2017 (fate0)"


class BuiltinKnownNames(KnownNames):
    """Knows the names of a text file, and the family of ``requirements.txt``.

    Args:
        path: of the file; by default the one that comes with Airlock.
    """

    def __init__(self, path: Path = _LIST) -> None:
        self._path = path

    def of(self, name: ProjectName) -> Sequence[KnownName]:
        """Return what is known of a name, in the order of the file.

        Raises:
            MalformedDocument: if the file cannot be read, is empty or makes no sense.
        """
        listed = self._names.get(name, ())
        if _is_forgotten_option(name):
            mistyped = KnownName(
                name=name, kind=Kind.MISTYPED, source=_OF_THE_OPTION, meant="-r requirements.txt"
            )
            return (*listed, mistyped)
        return tuple(listed)

    @cached_property
    def _names(self) -> dict[ProjectName, list[KnownName]]:
        try:
            text = self._path.read_text(encoding="utf-8")
            records = list(_records(text))
        except (OSError, UnicodeDecodeError, InvalidName, ValueError) as error:
            raise MalformedDocument(f"the list of known names cannot be read: {error}") from error
        if not records:
            raise MalformedDocument("the list of known names is empty")
        names: dict[ProjectName, list[KnownName]] = {}
        for record in records:
            names.setdefault(record.name, []).append(record)
        return names


def _is_forgotten_option(name: str) -> bool:
    """Return whether a name is that of a requirements file, or two slips from it."""
    words = name.split("-")
    while len(words) > 1 and words[-1] in _AFTER_WORDS:
        words.pop()
    if len(words) > 1 and words[0] in _BEFORE:
        words.pop(0)
    word = words[0].removesuffix("txt")
    if len(words) > 1:
        return False
    slips = one_edit(word, _REQUIREMENTS) or two_edits(word, _REQUIREMENTS)
    return word == _REQUIREMENTS or slips is not None


def _records(text: str) -> Iterator[KnownName]:
    source: tuple[Kind, str] | None = None
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if begun := _SOURCE.fullmatch(line):
            source = Kind(begun[1]), begun[2]
            continue
        if source is None:
            raise MalformedDocument(f"the list of known names gives no source of {line!r}")
        name, _, meant = line.partition(" = ")
        yield KnownName(name=ProjectName(name), kind=source[0], source=source[1], meant=meant)
