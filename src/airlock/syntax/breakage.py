"""Mends source text that no Python can parse, one error of the parser after the other.

Every repair keeps the number of lines, so that what is found later points at the right place.
"""

import re
from collections.abc import Iterator

from airlock.syntax.levels import levelled

_HEADER = re.compile(
    r"^(\s*)(async\s+)?(def|class|if|elif|else|for|while|with|try|except|match|case)\b"
)
_EMPTY_BLOCK = re.compile(r"expected an indented block after .* on line (\d+)")
_GENERIC = re.compile(r"^(\s*(?:async\s+)?(?:def|class)\s+\w+)\[[^\]]*\]")


_ESCAPE = re.compile(r"(?<!\\)\\([NUux])")
_OPENED = re.compile(r"[A-Za-z]{0,2}('''|\"\"\"|'|\")")
_FORMATTED = re.compile(r"\b(?:[fF][rR]?|[rR][fF])(?=['\"])")
_NEVER_CLOSED = re.compile(r"'([(\[{])' was never closed")
_TRY = re.compile(r"(\s*)try\s*:")
# Names until Python 3.0 or 3.7: as an attribute, and where something is assigned.
_YOUNG_KEYWORD = re.compile(
    r"((?<=\.)(?:True|False|None|async|await|nonlocal)\b"
    r"|\b(?:True|False|None|async|await|nonlocal)(?=\s*(?:=(?!=)|,[\w\s,]*=(?!=))))"
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def mend(lines: list[str], error: SyntaxError) -> bool:
    """Mend what the parser stumbled over without losing any of it; tell whether it could be."""
    message, place = error.msg or "", (error.lineno or 0) - 1
    if isinstance(error, IndentationError):
        before = lines[:]
        lines[:] = levelled(lines)
        return lines != before
    if not 0 <= place < len(lines):
        return False
    line = lines[place]
    opened = _OPENED.match(line, max(0, (error.offset or 1) - 1))
    never_closed = _NEVER_CLOSED.match(message)
    if message.startswith("(unicode error)"):
        # A path of Windows, as Python 2 reads it.
        lines[place] = _ESCAPE.sub(r"\\\\\1", line)
    elif message.startswith("unterminated triple-quoted") and opened:
        start, end = opened.span(1)
        lines[place] = f"{line[:start]}{line[start] * 2}; {line[end:]}"
    elif message.startswith("unterminated string literal") and opened:
        lines[place] = line.rstrip("\\") + opened.group(1)[0]
    elif message.startswith("f-string"):
        lines[place] = _FORMATTED.sub("", line)
    elif message == "expected ':'":
        lines[place] = f"{line}:"
    elif message == "expected 'except' or 'finally' block":
        place = next((at for at in range(place, -1, -1) if _TRY.match(lines[at])), place)
        line = lines[place]
        lines[place] = _TRY.sub(r"\1if 1:", line)
    elif message.startswith(("invalid syntax", "cannot assign to")):
        lines[place] = _YOUNG_KEYWORD.sub(r"\1_", line)
    elif never_closed:
        lines[place] = line + _CLOSING[never_closed.group(1)]
    return lines[place] != line


def take_out(lines: list[str], error: SyntaxError) -> list[tuple[int, str]]:
    """Replace the line that the parser stumbled over; return what was lost, or nothing if stuck."""
    number = min(error.lineno or 0, len(lines))
    empty = _EMPTY_BLOCK.search(error.msg or "")
    if empty and lines[int(empty.group(1)) - 1].strip() == "if 1:":
        # The block of a header that was taken out before is not indented: it had none.
        place = int(empty.group(1)) - 1
        lines[place] = lines[place].replace("if 1:", "pass")
        return [(place + 1, "")]
    while number > 0 and (not lines[number - 1].strip() or lines[number - 1].strip() == "pass"):
        number -= 1
    if number < 1:
        return []
    line = lines[number - 1]
    generic = _GENERIC.sub(r"\1", line)
    if generic != line:
        # PEP 695: the parameters of a type say nothing of what code does.
        lines[number - 1] = generic
        return [(number, "")]
    blanks = line[: len(line) - len(line.lstrip())]
    opens = line.rstrip().endswith(":")
    lines[number - 1] = f"{blanks}if 1:" if opens and _HEADER.match(line) else f"{blanks}pass"
    if lines[number - 1] == line:
        lines[number - 1] = ""
    return [(number, line)]


def pieces(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Split lines before each one that has no indentation; give the number of the first of each."""
    start = 0
    for place, line in enumerate(lines):
        fresh = line[:1].strip() and line[:1] not in ")]}#" and not line.startswith(_GOING_ON)
        if fresh and place > start:
            yield start + 1, lines[start:place]
            start = place
    yield start + 1, lines[start:]


_GOING_ON = ("else", "elif", "except", "finally", "case ")
