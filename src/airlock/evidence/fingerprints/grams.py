"""Code made comparable: what is left of it when names, literals, layout and comments do not count.

Source text becomes a row of tokens. Kept are keywords, built-in names, operators, the modules that
are imported and the attributes that are asked of them: what the code *does*. Every other name is
one token, every literal one of a few; comments, docstrings, line ends and indentation are nothing.
A *gram* is the hash of ``LENGTH`` tokens in a row that begin with a kept name. Renaming variables,
changing an address or putting code among other code leaves most grams as they are.

- Pure: text in, numbers out. Nothing is parsed, so that broken code and Python 2 count alike.
- Linear in the length of the text, whatever the text.
- ``METHOD`` of the port is raised whenever the same text would give other grams: a memory that was
  made by another method is of no use.
- No gram leads back to code: it is the first 64 bits of a keyed hash.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from airlock.evidence.fingerprints.telling import is_telling, telling_spans

LENGTH = 12
NEAR = 60
"""Grams that begin further than so many tokens from a telling name are not made."""

# What is never closed ends with the text or the line: were it not a token, every quote before the
# end would be tried anew, and the time grow with the square of the length.
_STRINGS = (
    r"'''(?:[^\\']++|\\.|'(?!''))*+(?:'''|\\?\Z)"
    r"|\"\"\"(?:[^\\\"]++|\\.|\"(?!\"\"))*+(?:\"\"\"|\\?\Z)"
    r"|'(?:[^\\'\n]++|\\.)*+(?:'|\\?$)|\"(?:[^\\\"\n]++|\\.)*+(?:\"|\\?$)"
)
_PREFIX = r"[rRbBuUfF]"
# Nearly all begin with a literal, so that most are left after one look at one character.
_TOKEN = re.compile(
    rf"\#[^\n]*+|\n[ \t]*+{_PREFIX}{{0,2}}(?:{_STRINGS})[ \t]*+(?=\n|\Z)"
    rf"|{_STRINGS}|{_PREFIX}{{1,2}}(?:{_STRINGS})"
    r"|import[ \t]++[.\w]++|from[ \t]++[.\w]++|self[ \t]*+\.[ \t]*+\w++|\.[ \t]*+[^\W\d]\w*+"
    r"|[^\W\d]\w*+|\d[\w.]*+|\.\d[\w.]*+|[^\s\w\\;]",
    re.DOTALL | re.MULTILINE,
)
# Spelled out, because another version of Python has others, and a memory must fit them all.
_KEYWORDS = """
    False None True and as assert async await break class continue def del elif else except
    finally for from global if import in is lambda nonlocal not or pass raise return try while with
    yield
"""
_BUILT_INS = """
    __import__ abs all any bin bool bytearray bytes callable chr classmethod compile complex
    delattr dict dir divmod enumerate eval exec execfile filter float format frozenset getattr
    globals hasattr hash hex id input int isinstance issubclass iter len list locals map max
    memoryview min next object oct open ord pow print property range raw_input reduce repr reversed
    round set setattr slice sorted staticmethod str sum super tuple type unichr unicode vars xrange
    zip __name__ __file__ Exception BaseException
"""
_KEPT = {word: word in _BUILT_INS.split() for word in (*_KEYWORDS.split(), *_BUILT_INS.split())}
"""Name that is kept → whether a gram may begin with it."""
_LONG_STRING = 120
_CODE_BYTES = 4
_MOST_CODES = 200_000
_KEY = b"airlock grams 1"
_SHORTEST_WHOLE = 40 * _CODE_BYTES
_LARGEST_READ = 32 * 1024
"""Bytes. Of a larger file only what is near to something telling is taken apart: reading all of a
library would cost as much as analysing it."""
_LEAST_BLOB = 400
_BLOB = re.compile(rb"[^\s\"'(),;]{%d,}+" % _LEAST_BLOB)
_SHORT_BLOB = b"~" * 2 * _LONG_STRING
"""What a hidden payload in a large file is shortened to: a long text, like any other."""
_WINDOW = 800
"""Bytes before and after something telling; the tokens of ``NEAR`` and of a gram fit in."""
_KIND = re.compile(
    r"(?P<nothing>[#\n].*)|(?P<text>[rRbBuUfF]{0,2}['\"].*)|(?P<imported>(?:import|from)[ \t].*)"
    r"|(?P<own>self[ \t]*\..*)|(?P<asked>\.[ \t]*[^\W\d]\w*)|(?P<number>\.?\d.*)|(?P<name>\w+)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
_UNTELLING = frozenset({"", "text", "long text", "number"})
"""A literal that names something telling is more often a list of requirements than a deed."""
_PLAIN = {"nothing": "", "own": "own name", "number": "number", "name": "name"}


class Prints(NamedTuple):
    """What a file is known by."""

    grams: frozenset[int]
    whole: int
    """The hash of all its tokens, of a large file of those near to what is telling; 0 if they are
    too few to know it by."""


NO_PRINTS = Prints(frozenset(), 0)


class _Code(NamedTuple):
    """What a token counts as."""

    hashed: bytes
    """Empty for a token that counts as nothing."""
    begins: bool
    """Whether a gram may begin with it."""
    tells: bool


class _Codes(dict[str, _Code]):
    """Token → what it counts as; worked out once for each that is short enough to come again."""

    def __missing__(self, token: str) -> _Code:
        if len(self) >= _MOST_CODES:
            self.clear()
        word, begins = _normal(token)
        hashed = hashlib.blake2b(word.encode(), digest_size=_CODE_BYTES).digest() if word else b""
        short = len(token) <= _LONG_STRING
        tells = word not in _UNTELLING and is_telling(token.encode("utf-8", "replace"))
        code = _Code(hashed, begins, tells)
        if short:
            self[token] = code
        return code


def _normal(token: str) -> tuple[str, bool]:
    """Return what a token counts as, empty for nothing, and whether a gram may begin with it."""
    match = _KIND.fullmatch(token)
    kind = match.lastgroup if match else None
    if kind == "asked":
        return "." + token[1:].lstrip(), True
    if kind == "imported":
        return " ".join(token.split()).partition(".")[0], True
    if kind == "text":
        return ("long text" if len(token) > _LONG_STRING else "text"), False
    if token in _KEPT:
        return token, _KEPT[token]
    return _PLAIN.get(kind or "", token), False


_CODES = _Codes()


def prints(data: bytes) -> Prints:
    """Return what a source file is known by; nothing if nothing in it is telling.

    Args:
        data: its bytes, in any encoding that has ASCII in it.
    """
    spans = telling_spans(data)
    if not spans:
        return NO_PRINTS
    if len(data) > _LARGEST_READ and _has_blob(data):
        data = _BLOB.sub(_SHORT_BLOB, data)
        spans = telling_spans(data)
    small = len(data) <= _LARGEST_READ
    parts = [_row(data[at]) for at in ([slice(None)] if small else _windows(data, spans))]
    row = b"".join([row for row, _ in parts])
    grams = frozenset().union(*(grams for _, grams in parts))
    return Prints(grams, _number(row) if len(row) >= _SHORTEST_WHOLE else 0)


def _has_blob(data: bytes) -> bool:
    """Tell whether there may be a blob, which has no blank in it; most files have no such line."""
    long = [line for line in data.split(b"\n") if len(line) >= _LEAST_BLOB]
    return any(len(word) >= _LEAST_BLOB for line in long for word in line.split())


def _row(data: bytes) -> tuple[bytes, frozenset[int]]:
    """Return the hashed tokens of some text, and its grams."""
    text = "\n" + data.decode("utf-8", "replace").replace("\r", "\n")
    known = [code for code in map(_CODES.__getitem__, _TOKEN.findall(text)) if code.hashed]
    row = b"".join([code.hashed for code in known])
    return row, frozenset(_hash(row, at) for at in _beginnings(known))


def _windows(data: bytes, spans: Iterable[tuple[int, int]]) -> Iterator[slice]:
    """Yield the parts of a large file that are near to what is telling, by whole lines if possible.

    Where a part begins depends on nothing but what is near to it, so that the same code gives the
    same parts in another file.
    """
    begin = end = 0
    for first, last in spans:
        near = max(0, first - _WINDOW)
        if near > end:
            if end:
                yield slice(begin, end)
            begin = max(data.rfind(b"\n", 0, near) + 1, near - _WINDOW)
        stop = data.find(b"\n", last + _WINDOW, last + 2 * _WINDOW)
        end = max(end, stop if stop >= 0 else last + 2 * _WINDOW)
    if end:
        yield slice(begin, end)


def _beginnings(known: Sequence[_Code]) -> Iterator[int]:
    """Yield where grams begin: at kept names that a telling one is near to, before or after."""
    last = len(known) - LENGTH
    begun = 0
    for telling in (at for at, code in enumerate(known) if code.tells):
        for at in range(max(begun, telling - NEAR), min(telling + NEAR, last) + 1):
            if known[at].begins:
                yield at
        begun = max(begun, telling + NEAR + 1)


def _hash(row: bytes, at: int) -> int:
    return _number(row[_CODE_BYTES * at : _CODE_BYTES * (at + LENGTH)])


def _number(piece: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(piece, digest_size=8, key=_KEY).digest(), "little")
