"""Text from a package made harmless for a terminal, a log or an HTTP reason phrase.

Escape sequences can rewrite a terminal's screen, and bidirectional or invisible characters can make
evidence read as something else (CVE-2021-42574): neither gets through.
"""

import re
import unicodedata

_UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
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
    return "".join(
        char
        if char in kept or unicodedata.category(char) not in _UNSAFE_CATEGORIES
        else char.encode("unicode_escape", "surrogatepass").decode("ascii")
        for char in text
    )


def one_line(text: str, *, longest: int) -> str:
    """Return the text on one line, printable, cut to a number of characters."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def reason_phrase(text: str, *, longest: int = 200) -> str:
    """Return the text as an HTTP/1.1 reason phrase (RFC 9112, 4): printable ASCII only."""
    line = one_line(text.replace("…", "..."), longest=longest)
    return line.encode("ascii", "replace").decode("ascii")
