"""Names that people cannot tell apart, or take for other names than they are.

Obfuscators call everything in a program by long names of two or three letters that look alike, by
rows of underscores, or by random letters of a script that its readers do not read; impostors spell
one letter of a known name in another script. Neither happens by accident.

- Only names that are bound or called count, and only several different ones; prose has none.
"""

import re
from collections.abc import Iterator

from airlock.syntax.decoding import Peculiarity

_FOLLOWED = r"(?=[ \t]*(?:=[^=]|\(|,|\.[A-Za-z_]|\)))"
ALIKE = re.compile(
    r"(?<![\w\"'#.])(?:[lI1ijJL]{10,}|[Il]{6,}|[O0oQD]{8,}|[mnMN]{10,}|[xXwW]{10,}|[S2sZz]{10,}"
    rf"|_{{4,}}\d{{0,3}}|[aA]{{10,}})(?!\w){_FOLLOWED}"
)
# Such rows are rare, and quickly told where every letter of one kind is the same letter.
_KINDS = {"I": "Il", "i": "1ijJL", "O": "O0oQD", "m": "mnMN", "x": "xXwW", "s": "S2sZz", "a": "aA"}
_TO_KINDS = bytes.maketrans(
    "".join(_KINDS.values()).encode(),
    "".join(kind * len(letters) for kind, letters in _KINDS.items()).encode(),
)
_ROWS = (*(kind * 10 for kind in (b"m", b"x", b"s", b"a")), b"O" * 8, b"I" * 6, b"____")
_SCRIPT = "[\u4e00-\u9fff\u3040-\u30ff]"
_FOREIGN = re.compile(rf"(?<![\w\"'#.]){_SCRIPT}{{10,}}(?!\w){_FOLLOWED}")
_FOREIGN_ROW = re.compile(f"{_SCRIPT}{_SCRIPT}{{9}}")
# A Latin word with a letter of the Cyrillic alphabet that looks like one of ours.
_LOOKALIKES = (
    "[\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458\u0501"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425]"
)
_LOOKALIKE = re.compile(_LOOKALIKES)
_MIXED = re.compile(
    f"(?<![\\w\"'#])(?=[A-Za-z_0-9]*{_LOOKALIKES})(?=[\u0400-\u0501]*[A-Za-z_])"
    f"[\\w]{{2,}}(?!\\w){_FOLLOWED}"
)
_SEVERAL = 4
_MOST = 400


def disguises(text: str) -> Iterator[Peculiarity]:
    """Yield what is odd about the names of a source text."""
    if has_row(text):
        yield from _several(text, ALIKE, "Names are made of letters that look alike.")
    if not text.isascii():
        if _FOREIGN_ROW.search(text):
            yield from _several(text, _FOREIGN, "Names are long rows of letters that say nothing.")
        match = _MIXED.search(text) if _LOOKALIKE.search(text) else None
        if match:
            message = "A name mixes letters of two alphabets that look the same."
            yield Peculiarity("confusing-names", message, _line(text, match.start()), match.group())


def has_row(text: str) -> bool:
    """Tell whether there is any row of letters that look alike, whatever stands around it."""
    kinds = text.encode("utf-8", "replace").translate(_TO_KINDS)
    return any(row in kinds for row in _ROWS) or b"i" * 10 in kinds.replace(b"I", b"i")


def _several(text: str, pattern: re.Pattern[str], message: str) -> Iterator[Peculiarity]:
    names: dict[str, int] = {}
    for count, match in enumerate(pattern.finditer(text)):
        names.setdefault(match.group(), match.start())
        if len(names) >= _SEVERAL or count > _MOST:
            break
    if len(names) >= _SEVERAL:
        first = min(names.values())
        yield Peculiarity("confusing-names", message, _line(text, first), ", ".join(names)[:400])


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
