"""Bytes to typed values: TOML and JSON, under limits, with errors that name the document.

What a format must have is declared as a ``msgspec`` struct: a document that lacks it, or has it in
another shape, is an error, never an empty list.
"""

import itertools
import re
import tomllib
from bisect import bisect_right
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from airlock.sources.dependencies.interface import Document

T = TypeVar("T")


def text_of(document: Document) -> str:
    """Return the text of a document in UTF-8, with or without a byte order mark.

    Raises:
        InvalidDependencies: if it is in another encoding.
    """
    try:
        return document.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise document.wrong(f"it is not UTF-8: {error}", hint="Save it as UTF-8.") from error


def read_toml(document: Document, kind: type[T], text: str | None = None) -> T:
    """Return what a TOML document says.

    Args:
        document: for messages, and for its text if ``text`` is not given.
        kind: a struct with what is needed of it.
        text: that is read in place of the whole document.

    Raises:
        InvalidDependencies: if it is no TOML, or not of that kind.
    """
    try:
        # RecursionError: arrays in arrays; ValueError: a number with thousands of digits.
        values = tomllib.loads(text_of(document) if text is None else text)
    except (ValueError, RecursionError) as error:
        raise document.wrong(f"it is not valid TOML: {_brief(error)}") from error
    return convert(document, values, kind)


def read_json(document: Document, kind: type[T]) -> T:
    """Return what a JSON document says.

    Raises:
        InvalidDependencies: if it is no JSON, names a member twice, or is not of that kind.
    """
    import json

    try:
        values = json.loads(text_of(document), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise document.wrong(f"it is not valid JSON: {_brief(error)}") from error
    return convert(document, values, kind)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; one that has two values under a name is read differently by every tool."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:80]!r} is there twice")
    return found


def convert(document: Document, values: object, kind: type[T]) -> T:
    """Return parsed values as a struct.

    Raises:
        InvalidDependencies: if they are not of that kind.
    """
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise document.wrong(f"it is not as its format wants it: {error}") from error


def _brief(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error).partition("\n")[0][:200]


class Places:
    """Finds the lines on which things stand."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._after: dict[str, int] = {}

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self._text)]

    def line_at(self, offset: int) -> int:
        """Return the number of the line that an offset is in, from 1."""
        return bisect_right(self._ends, offset - 1) + 1

    def next_of(self, *spellings: str) -> int:
        """Return the line of the next occurrence of a text, in any of its spellings, or 0.

        Each call goes on behind what the last one for the same first spelling found.
        """
        start = self._after.get(spellings[0], 0)
        found = [
            (at, len(spelling))
            for spelling in spellings
            if (at := self._text.find(spelling, start)) >= 0
        ]
        if not found:
            return 0
        at, length = min(found)
        self._after[spellings[0]] = at + length
        return self.line_at(at)

    def tables(self, name: str, count: int) -> list[int]:
        """Return the lines of the versions in the TOML tables ``[[name]]``, of which ``count`` are.

        Zeros, if a string somewhere looks like such a table: rather no line than a wrong one.
        """
        heading = re.compile(rf"^[ \t]*\[\[[ \t]*{re.escape(name)}[ \t]*\]\]", re.MULTILINE)
        starts = [match.start() for match in heading.finditer(self._text)]
        if len(starts) != count:
            return [0] * count
        bounds = itertools.pairwise([*starts, len(self._text)])
        return [self._version(start, end) for start, end in bounds]

    def _version(self, start: int, end: int) -> int:
        said = _VERSION.search(self._text, start, end) or _NAME.search(self._text, start, end)
        return self.line_at(said.start() if said else start)


_VERSION = re.compile(r"^version\s*=", re.MULTILINE)
_NAME = re.compile(r"^name\s*=", re.MULTILINE)
