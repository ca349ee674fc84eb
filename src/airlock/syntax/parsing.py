"""Source text to a syntax tree, whatever state the text is in.

Python's own parser comes first. What it refuses is mended: Python 2, broken lines, syntax newer
than the running Python. Lines that stay unreadable are listed, never dropped in silence.

- The parser's warnings never reach the caller.
- Nothing that the parser raises at hostile input gets past this module.
"""

import ast
import re
import warnings

import msgspec

from airlock.syntax import repair

_FAILURES = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
_MOST_ATTEMPTS = 40
_MOST_CHARACTERS = 12_000_000
"""Parsed in all attempts together: about two seconds."""
# Sums of thousands of chr() overflow the parser's stack (bpo-46219); such runs are folded as text.
_LONG_SUM = re.compile(r"(?:chr\(\s*\d+\s*\)\s*\+\s*){40,}chr\(\s*\d+\s*\)")


class Tree(msgspec.Struct, frozen=True):
    """What of a text could be parsed."""

    module: ast.Module
    lost: tuple[tuple[int, str], ...] = ()
    """Lines that could not be parsed: number and text."""
    mended: bool = False
    """True if Python itself would refuse the text as it stands."""


def parse(text: str) -> Tree:
    """Return the syntax tree of a text, as much of it as can be had."""
    try:
        return Tree(_parse(text))
    except (RecursionError, MemoryError):
        return _mend(_LONG_SUM.sub(_folded_sum, text))
    except _FAILURES:
        return _mend(text)


def _parse(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _mend(text: str) -> Tree:
    for mended in (repair.modernise(text), text):
        try:
            return Tree(_parse(mended), mended=True)
        except _FAILURES:
            continue
    return _without_broken_lines(repair.modernise(text))


def _without_broken_lines(text: str) -> Tree:
    """Parse, take out the line that the parser stumbles over, and try again."""
    lines = text.split("\n")
    lost: list[tuple[int, str]] = []
    for _ in range(min(_MOST_ATTEMPTS, _MOST_CHARACTERS // (len(text) + 1) + 2)):
        try:
            return Tree(_parse("\n".join(lines)), tuple(lost), mended=True)
        except SyntaxError as error:
            taken = repair.take_out(lines, error)
            if not taken:
                break
            lost.extend(taken)
        except _FAILURES:
            break
    return _in_pieces(lines, lost)


def _in_pieces(lines: list[str], lost: list[tuple[int, str]]) -> Tree:
    """Parse the pieces between lines without indentation, each on its own."""
    body: list[ast.stmt] = []
    for first, piece in repair.pieces(lines):
        try:
            module = _parse("\n".join(piece))
        except _FAILURES:
            lost.extend((first + place, line) for place, line in enumerate(piece) if line.strip())
            continue
        body.extend(ast.increment_lineno(node, first - 1) for node in module.body)
    return Tree(ast.Module(body, []), tuple(lost), mended=True)


def _folded_sum(match: re.Match[str]) -> str:
    numbers = [int(number) for number in re.findall(r"\d+", match.group(0))]
    return repr("".join(chr(number) for number in numbers if number < 0x110000))  # noqa: PLR2004 - the last code point
