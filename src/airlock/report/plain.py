"""Text from a package made harmless for a terminal, a log or an HTTP reason phrase.

Escape sequences can rewrite a terminal's screen, and bidirectional or invisible characters can make
evidence read as something else (CVE-2021-42574): neither gets through.
"""

import re

# Letters and marks that show nothing, though str.isprintable() has them: the rest of Unicode's
# Default_Ignorable_Code_Point, and the blank Braille pattern. Whole payloads were hidden in
# variation selectors.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_PLAIN = re.compile(r"[ -~]*", re.ASCII)


def printable(text: str, *, keep_lines: bool = False) -> str:
    """Return the text with everything that does not simply print as an escape.

    Args:
        text: from anywhere.
        keep_lines: leave line feeds and tabs as they are.
    """
    if _PLAIN.fullmatch(text):
        return text
    kept = "\n\t" if keep_lines else ""
    return "".join(char if char in kept or _shows(char) else _escaped(char) for char in text)


def _shows(char: str) -> bool:
    return char.isprintable() and not _INVISIBLE.match(char)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def one_line(text: str, *, longest: int) -> str:
    """Return the text on one line, printable, cut to a number of characters."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def reason_phrase(text: str, *, longest: int = 200) -> str:
    """Return the text as an HTTP/1.1 reason phrase (RFC 9112, 4): printable ASCII only."""
    # Two characters are left for the ellipsis, which becomes three.
    line = one_line(text.replace("…", "..."), longest=longest - 2).replace("…", "...")
    return line.encode("ascii", "replace").decode("ascii")
