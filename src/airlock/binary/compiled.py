"""Compiled Python: what a ``.pyc`` file says of itself, and whether it is what its source says.

A header is a magic number, and then (PEP 552) flags with a hash of the source, or (PEP 3147 and
before) the source's time and size. An interpreter believes the header, not the code.

- *Unchecked*: a header by which no interpreter ever looks at the source again.
- A comparison does not need the Python that compiled it: every name that code uses stands in its
  source, whatever the compiler did to it.
"""

import re
from collections.abc import Iterator

import msgspec

from airlock.binary.instructions import version_of
from airlock.binary.marshalled import BrokenMarshal, Code, layout_of, read_code

_HASHED, _CHECKED = 0x1, 0x2
_HEADER_BYTES = (((3, 7), 16), ((3, 3), 12), ((2, 0), 8))
_CACHED = re.compile(r"(.*/|)__pycache__/([^/.]+)\.[^/]+\.py[co]")
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[A-Za-z]{4,}")
# A compiler puts these there: they stand in no source.
_COMPILERS = re.compile(r"__\w+__|\.\d+|@\w+|\.\w+|_(call_reprcompare|saferepr|format_\w+)")
# Texts that would be worth hiding; others may be put together from pieces.
_TELLING = re.compile(r"://|/bin/|powershell|cmd\.exe|exec\(|eval\(|\bimport \w|\bcurl\b|\bwget\b")
_MOST_MISSING = 12


class Compiled(msgspec.Struct, frozen=True, kw_only=True):
    """One compiled module."""

    code: Code | None = None
    """``None`` if it could not be read; ``problem`` says why."""
    version: tuple[int, int] | None = None
    """Of the Python that made it; ``None`` if its magic number is unknown, or it has none."""
    unchecked: bool = False
    problem: str = ""


def read_compiled(data: bytes) -> Compiled:
    """Read a ``.pyc`` file."""
    version = version_of(int.from_bytes(data[:2], "little")) if data[2:4] == b"\r\n" else None
    if version is None:
        return Compiled(problem="its magic number is that of no version of Python")
    size = next((size for since, size in _HEADER_BYTES if version >= since), 8)
    flags = int.from_bytes(data[4:8], "little") if size == _HEADER_BYTES[0][1] else 0
    unchecked = bool(flags & _HASHED) and not flags & _CHECKED
    try:
        code = read_code(data[size:], layout_of(version))
    except BrokenMarshal as error:
        return Compiled(version=version, unchecked=unchecked, problem=str(error))
    return Compiled(code=code, version=version, unchecked=unchecked)


def read_bare(data: bytes) -> Compiled:
    """Read a code object without a header."""
    try:
        return Compiled(code=read_code(data))
    except BrokenMarshal as error:
        return Compiled(problem=str(error))


def source_path(path: str) -> tuple[str, bool]:
    """Return where the source of a compiled module would be, and whether it lies in a cache.

    What lies in a cache (PEP 3147) is only used beside its source.
    """
    if match := _CACHED.fullmatch(path):
        return f"{match.group(1)}{match.group(2)}.py", True
    return re.sub(r"\.py[co]$", "", path) + ".py", False


def missing(code: Code, source: str) -> tuple[str, ...]:
    """Return names and telling texts of a code object that its source does not have."""
    words = set(_WORD.findall(source))
    found: dict[str, None] = {}
    for name in _names(code):
        parts = [part for part in name.split(".") if part]
        if not all(_known(part, words) for part in parts):
            found[name] = None
    for text in _texts(code):
        letters = _LETTERS.findall(text)
        strange = [word for word in letters if word not in source]
        if _TELLING.search(text) and len(strange) * 2 > len(letters):
            found[text[:200]] = None
    return tuple(found)[:_MOST_MISSING]


def _known(name: str, words: set[str]) -> bool:
    if name in words or _COMPILERS.fullmatch(name):
        return True
    # A private name of a class has the name of the class before it (``_Class__name``).
    return name.startswith("_") and "__" in name and f"__{name.rpartition('__')[2]}" in words


def _names(code: Code) -> Iterator[str]:
    for inner in all_codes(code):
        yield from inner.names
        yield from (name for name in inner.variables if not name.startswith("."))


def _texts(code: Code) -> Iterator[str]:
    for inner in all_codes(code):
        yield from (value for value in inner.constants if isinstance(value, str))


def all_codes(code: Code) -> Iterator[Code]:
    """Iterate over a code object and all that are in it."""
    waiting = [code]
    while waiting:
        current = waiting.pop()
        yield current
        waiting += [value for value in current.constants if isinstance(value, Code)]
