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

from airlock.syntax import breakage, repair

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
    """Parse, mend what the parser stumbles over or take the line out, and try again."""
    lines = text.split("\n")
    effort = _Effort()
    module, lost = effort.parse(lines)
    if module is not None:
        return Tree(module, tuple(lost), mended=True)
    return _in_pieces(lines, lost, effort)


class _Effort:
    """Parses again and again, up to a limit."""

    def __init__(self) -> None:
        self._left = _MOST_CHARACTERS

    def parse(self, lines: list[str]) -> tuple[ast.Module | None, list[tuple[int, str]]]:
        """Return what could be parsed, and the lines that were taken out for it.

        Args:
            lines: changed in place.
        """
        lost: list[tuple[int, str]] = []
        for _ in range(_MOST_ATTEMPTS):
            text = "\n".join(lines)
            self._left -= len(text)
            try:
                return _parse(text), lost
            except SyntaxError as error:
                if self._left < 0:
                    break
                if not breakage.mend(lines, error):
                    taken = breakage.take_out(lines, error)
                    if not taken:
                        break
                    lost.extend(taken)
            except _FAILURES:
                break
        return None, lost


def _in_pieces(lines: list[str], lost: list[tuple[int, str]], effort: _Effort) -> Tree:
    """Parse the pieces between lines without indentation, each on its own."""
    body: list[ast.stmt] = []
    for first, piece in breakage.pieces(lines):
        module, taken = effort.parse(piece[:])
        if module is None:
            taken = [(place + 1, line) for place, line in enumerate(piece) if line.strip()]
        else:
            body.extend(ast.increment_lineno(node, first - 1) for node in module.body)
        lost.extend((first + number - 1, line) for number, line in taken)
    return Tree(ast.Module(body, []), tuple(lost), mended=True)


def _folded_sum(match: re.Match[str]) -> str:
    numbers = [int(number) for number in re.findall(r"\d+", match.group(0))]
    return repr("".join(chr(number) for number in numbers if number < 0x110000))  # noqa: PLR2004 - the last code point
