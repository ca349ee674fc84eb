"""What lines of a script do, of what matters: fetch and run, decode and run, spy, stay, destroy.

Expressions look at one logical line of normalised text (``script_text``). What a line carries
encoded and hands to an interpreter is decoded and looked at in turn.

- Every kind of deed has a name that checks give a weight; nothing is weighed here.
- A line is cut before it is searched: no script needs longer ones, and expressions stay fast.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from airlock.binary.languages import Language
from airlock.binary.script_fetches import fetched_then_run
from airlock.binary.script_patterns import (
    HINTS,
    JAVASCRIPT,
    JAVASCRIPT_WORDS,
    LINES,
    TRICKS,
    WINDOWS_SCRIPT,
)
from airlock.binary.script_text import readable

_LONGEST_LINE = 20_000
_LONGEST_ENCODED = 1_000_000
_MOST_DEEDS = 60
_MOST_LAYERS = 4
_LONGEST_EVIDENCE = 300


class ScriptDeed(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a script does."""

    kind: str
    line: int
    text: str
    """The command, normalised; for a decoded layer, what was decoded."""
    layers: int = 0
    """How many encodings it was found under."""


def deeds(data: bytes, language: Language) -> Iterator[ScriptDeed]:
    """Iterate over what a script does, each kind and text once."""
    if not _interesting(data, language):
        return
    text = readable(data, language)
    seen: set[tuple[str, str]] = set()
    for deed in _all(text, language, 0):
        if (deed.kind, deed.text) not in seen and len(seen) < _MOST_DEEDS:
            seen.add((deed.kind, deed.text))
            yield deed


def _all(text: str, language: Language, layers: int) -> Iterator[ScriptDeed]:
    yield from _of_whole(text, language, layers)
    if language is Language.JAVASCRIPT:
        return
    lines = text.split("\n")
    hinted = _hinted(text)
    for fetched in fetched_then_run(lines, hinted):
        yield ScriptDeed(kind="fetch and run", line=fetched.line, text=fetched.text, layers=layers)
    for number in hinted:
        for deed in _of_line(lines[number - 1], layers):
            yield msgspec.structs.replace(deed, line=number)


def _of_whole(text: str, language: Language, layers: int) -> Iterator[ScriptDeed]:
    if language not in _WHOLE:
        return
    for kind, match in _matches(_compiled_whole(language), text):
        line = text.count("\n", 0, match.start()) + 1
        yield ScriptDeed(kind=kind, line=line, text=_shown(match), layers=layers)


def _of_line(line: str, layers: int) -> Iterator[ScriptDeed]:
    cut = line[:_LONGEST_LINE]
    for kind, match in _matches(_compiled(), cut):
        yield ScriptDeed(kind=kind, line=1, text=_shown(match, cut), layers=layers)
    if layers < _MOST_LAYERS:
        for inner in _decoded(line[:_LONGEST_ENCODED]):
            # Its text is for a shell of either kind; neither needs anything undone any more.
            yield from _all(inner, Language.POWERSHELL, layers + 1)


def _shown(match: re.Match[str], line: str = "") -> str:
    text = line.strip() if line and len(line) <= _LONGEST_EVIDENCE else match.group()
    return text.strip()[:_LONGEST_EVIDENCE]


def _matches(
    patterns: tuple[tuple[str, re.Pattern[str]], ...], text: str
) -> Iterator[tuple[str, re.Match[str]]]:
    for kind, pattern in patterns:
        match = pattern.search(text)
        if match is not None:
            yield kind, match


_ENCODED = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_ESCAPED = re.compile(r"\\x([0-9a-fA-F]{2})")
_LEAST_ESCAPES = 4
_CALLS_DECODER = re.compile(r"(?i)base64|\s[-/]e(?:nc|ncodedcommand|c)?\s")


def _decoded(line: str) -> Iterator[str]:
    """Iterate over what a line hands to a decoder."""
    if len(_ESCAPED.findall(line)) >= _LEAST_ESCAPES:
        yield _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), line)
    if not _CALLS_DECODER.search(line):
        return
    for match in _ENCODED.finditer(line):
        try:
            raw = base64.b64decode(match.group() + "=" * (-len(match.group()) % 4))
        except (binascii.Error, ValueError):
            continue
        text = raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-8", "replace")
        if sum(letter.isprintable() or letter.isspace() for letter in text) > 0.9 * len(text):
            yield text


_WHOLE = {Language.JAVASCRIPT: JAVASCRIPT, Language.WINDOWS_SCRIPT: WINDOWS_SCRIPT}


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    flags = re.IGNORECASE
    return tuple(
        (kind, re.compile(_bounded(pattern), flags))
        for kind, patterns in LINES.items()
        for pattern in patterns
    )


def _bounded(pattern: str) -> str:
    """Bound what may stand between two words: else a hostile line takes time without end."""
    return re.sub(r"(\[\^[^\]]+\])\*", r"\1{0,400}", pattern)


@cache
def _compiled_whole(language: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = _WHOLE[language]
    return tuple((kind, re.compile(one)) for kind, all_ in table.items() for one in all_)


def _interesting(data: bytes, language: Language) -> bool:
    """Tell whether a script has any of the words."""
    strings = JAVASCRIPT_WORDS if language is Language.JAVASCRIPT else _hints() + TRICKS
    # In UTF-16 every other byte is 0.
    plain = data.replace(b"\0", b"") if b"\0" in data[:64] else data
    return bool(_scanner(strings).scan(plain).matching_rules)


def _hinted(text: str) -> list[int]:
    """Return the lines in which a word stands, by number, in order."""
    data = text.encode("utf-8", "surrogatepass")
    offsets = sorted(
        match.offset
        for rule in _scanner(_hints()).scan(data).matching_rules
        for pattern in rule.patterns
        for match in pattern.matches
    )
    lines: list[int] = []
    line, last = 1, 0
    for offset in offsets:
        line += data.count(b"\n", last, offset)
        last = offset
        if not lines or lines[-1] != line:
            lines.append(line)
    return lines


@cache
def _hints() -> str:
    spelled = (hint.replace("/", "\\/") for hint in HINTS)
    return "\n".join(f"$h{place} = /{hint}/ nocase" for place, hint in enumerate(spelled))


@cache
def _scanner(strings: str) -> Any:
    import yara_x

    return yara_x.Scanner(
        yara_x.compile(f"rule words {{ strings: {strings} condition: any of them }}")
    )
