"""Reads what ``marshal`` writes, of any Python from 2.3 on, without building anything that can run.

The interpreter's own reader is not safe against hostile data, and reads only its own version's. The
format is that of CPython's ``Python/marshal.c``, versions 0 to 5; code objects differ in their
fields from version to version (``_LAYOUTS``).

- A number that says how much follows is believed only as far as there is data.
- What cannot be read is ``BrokenMarshal``; nothing else leaves this module.
- Without a header, the layouts are tried, and the one is taken that makes sense to the end.
"""

import struct
from collections.abc import Callable, Sequence

import msgspec

_MOST_DEPTH = 120
_MOST_VALUES = 3_000_000
_REFERENCE = 0x80


class BrokenMarshal(Exception):
    """The bytes are not what ``marshal`` writes."""


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """A code object, of which nothing was interpreted."""

    layout: str
    """The oldest version that has its fields: ``2.3``, ``3.0``, ``3.8`` or ``3.11``."""
    name: str
    filename: str
    first_line: int
    flags: int
    arguments: int
    """Positional ones, ``self`` among them."""
    keyword_arguments: int
    code: bytes
    constants: tuple[object, ...]
    names: tuple[str, ...]
    variables: tuple[str, ...]
    """Of the function itself, its arguments first."""
    cells: tuple[str, ...]
    """Those that inner functions see, then those of outer functions."""
    locals_plus: tuple[str, ...] = ()
    """From 3.11 on: all of them in one table, by which opcodes count."""


_TAIL = ("filename", "name")
_LAYOUTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    # Numbers at the beginning, values in the middle, values behind the first line's number.
    "3.11": (
        ("arguments", "positional", "keywords", "stack", "flags"),
        ("code", "constants", "names", "locals_plus", "kinds", *_TAIL, "qualified"),
        ("lines", "exceptions"),
    ),
    "3.8": (
        ("arguments", "positional", "keywords", "locals", "stack", "flags"),
        ("code", "constants", "names", "variables", "free", "cells", *_TAIL),
        ("lines",),
    ),
    "3.0": (
        ("arguments", "keywords", "locals", "stack", "flags"),
        ("code", "constants", "names", "variables", "free", "cells", *_TAIL),
        ("lines",),
    ),
    "2.3": (
        ("arguments", "locals", "stack", "flags"),
        ("code", "constants", "names", "variables", "free", "cells", *_TAIL),
        ("lines",),
    ),
}


def layout_of(version: tuple[int, int]) -> str:
    """Return the layout of code objects of a version of Python."""
    if version < (3, 0):
        return "2.3"
    if version < (3, 8):
        return "3.0"
    return "3.8" if version < (3, 11) else "3.11"


def read_code(data: bytes, layout: str | None = None) -> Code:
    """Return the code object at the beginning of some bytes.

    Args:
        data: what ``marshal`` wrote.
        layout: of its code objects; ``None`` tries them all.

    Raises:
        BrokenMarshal: if there is none.
    """
    for candidate in [layout] if layout else _LAYOUTS:
        try:
            value = _Reader(data, candidate).value()
        except (BrokenMarshal, ValueError, OverflowError, RecursionError):
            continue
        if isinstance(value, Code):
            return value
    raise BrokenMarshal("there is no code object that could be read")


class _Reader:
    def __init__(self, data: bytes, layout: str) -> None:
        self._data = data
        self._at = 0
        self._layout = layout
        self._references: list[object] = []
        self._interned: list[str] = []
        self._left = _MOST_VALUES

    def value(self, depth: int = 0) -> object:
        """Read one value with all that is in it."""
        self._left -= 1
        if depth > _MOST_DEPTH or self._left < 0:
            raise BrokenMarshal("it is nested too deeply, or too large")
        mark = self.take(1)[0]
        place = None
        if mark & _REFERENCE:
            place = len(self._references)
            self._references.append(None)
        value = self._of_kind(chr(mark & ~_REFERENCE), depth)
        if place is not None:
            self._references[place] = value
        return value

    def _of_kind(self, kind: str, depth: int) -> object:
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        if kind in _ATOMS:
            return _ATOMS[kind](self)
        if kind in "([<>)":
            count = self.take(1)[0] if kind == ")" else self._count()
            return tuple(self.value(depth + 1) for _ in range(count))
        if kind == "{":
            return self._dictionary(depth)
        if kind == ":":
            return ("slice", *(self.value(depth + 1) for _ in range(3)))
        if kind == "c":
            return self._code(depth)
        raise BrokenMarshal(f"there is no type {kind!r}")

    def take(self, count: int) -> bytes:
        """Take some bytes."""
        if count < 0 or self._at + count > len(self._data):
            raise BrokenMarshal("it ends too soon")
        self._at += count
        return self._data[self._at - count : self._at]

    def number(self, width: int = 4) -> int:
        """Take a signed number."""
        return int.from_bytes(self.take(width), "little", signed=True)

    def short(self) -> bytes:
        """Take what one byte counts."""
        return self.take(self.take(1)[0])

    def counted(self) -> bytes:
        """Take what four bytes count."""
        return self.take(self.number())

    def long(self) -> int:
        """Take a number of any size, in digits of 15 bits."""
        digits = self.number()
        raw = self.take(2 * abs(digits))
        value = 0
        for place in range(abs(digits)):
            value |= int.from_bytes(raw[2 * place : 2 * place + 2], "little") << (15 * place)
        return -value if digits < 0 else value

    def string(self) -> object:
        """Take bytes, which before Python 3 are text, too."""
        raw = self.counted()
        return raw.decode("latin-1") if self._layout == "2.3" else raw

    def intern(self) -> str:
        """Take a text that others refer to."""
        raw = self.counted()
        text = raw.decode("latin-1") if self._layout == "2.3" else _decoded(raw)
        self._interned.append(text)
        return text

    def interned(self) -> object:
        """Take a reference to a text."""
        return _at(self._interned, self.number())

    def reference(self) -> object:
        """Take a reference to a value."""
        return _at(self._references, self.number())

    def _count(self) -> int:
        count = self.number()
        # Every value has at least one byte.
        if not 0 <= count <= len(self._data) - self._at:
            raise BrokenMarshal(f"it says that {count:,} values follow")
        return count

    def _dictionary(self, depth: int) -> object:
        pairs = []
        while (key := self.value(depth + 1)) is not _NULL:
            pairs.append((key, self.value(depth + 1)))
        return tuple(pairs)

    def _code(self, depth: int) -> Code:
        numbers, middle, end = _LAYOUTS[self._layout]
        read: dict[str, object] = {name: self.number() for name in numbers}
        read |= {name: self.value(depth + 1) for name in middle}
        line = self.number()
        read |= {name: self.value(depth + 1) for name in end}
        return _code(self._layout, read, line)


def _at(values: Sequence[object], place: int) -> object:
    if not 0 <= place < len(values):
        raise BrokenMarshal("it refers to what is not there")
    return values[place]


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")


def _code(layout: str, read: dict[str, object], line: int) -> Code:
    code, constants = read["code"], read["constants"]
    raw = code.encode("latin-1") if isinstance(code, str) else code
    if not isinstance(raw, bytes) or not isinstance(constants, tuple):
        raise BrokenMarshal("its code object has no code")
    everything = _names(read.get("locals_plus", ()))
    return Code(
        layout=layout,
        name=_name(read["name"]),
        filename=_name(read["filename"]),
        first_line=line,
        flags=_integer(read["flags"]),
        arguments=_integer(read["arguments"]),
        keyword_arguments=_integer(read.get("keywords", 0)),
        code=raw,
        constants=constants,
        names=_names(read["names"]),
        variables=everything or _names(read.get("variables", ())),
        cells=_names(read.get("cells", ())) + _names(read.get("free", ())),
        locals_plus=everything,
    )


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        raise BrokenMarshal("its names are no names")
    return tuple(_name(one) for one in value)


def _name(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if not isinstance(value, str):
        raise BrokenMarshal("a name is no text")
    return value


def _integer(value: object) -> int:
    return value if isinstance(value, int) else 0


_NULL = object()
_CONSTANTS: dict[str, object] = {
    "0": _NULL,
    "N": None,
    "F": False,
    "T": True,
    "S": StopIteration,
    ".": Ellipsis,
}
_ATOMS: dict[str, Callable[[_Reader], object]] = {
    "i": _Reader.number,
    "I": lambda reader: reader.number(8),
    "f": lambda reader: float(reader.short()),
    "g": lambda reader: struct.unpack("<d", reader.take(8))[0],
    "x": lambda reader: (reader.short(), reader.short()),
    "y": lambda reader: struct.unpack("<dd", reader.take(16)),
    "l": _Reader.long,
    "s": _Reader.string,
    "t": _Reader.intern,
    "u": lambda reader: _decoded(reader.counted()),
    "a": lambda reader: reader.counted().decode("latin-1"),
    "A": lambda reader: reader.counted().decode("latin-1"),
    "z": lambda reader: reader.short().decode("latin-1"),
    "Z": lambda reader: reader.short().decode("latin-1"),
    "R": _Reader.interned,
    "r": _Reader.reference,
}
