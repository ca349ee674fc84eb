"""The text of a requirements file, cut into the logical lines that pip sees.

What pip reads and Airlock does not would be installed without being looked at, so the steps are
pip's, in pip's order: decode, split at every line break that Python knows, join continuations, take
comments out.
"""

import codecs
import re
from collections.abc import Iterator

from airlock.errors import InvalidRequirement

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
_COOKIE = re.compile(rb"coding[:=]\s*([-\w.]+)")
_COOKIE_LINES = 2
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_WHOLE_COMMENT = re.compile(r"\s*#")


def decode(data: bytes, origin: str) -> str:
    """Return the text of a file: by its byte order mark, its coding cookie, or as UTF-8.

    Raises:
        InvalidRequirement: if it is not in that encoding.
    """
    encoding, skip = _encoding(data)
    try:
        return data[skip:].decode(encoding)
    except (LookupError, ValueError) as error:
        raise InvalidRequirement(
            f"{origin} is not a text in {encoding[:40]}",
            hint="Save it as UTF-8.",
        ) from error


def _encoding(data: bytes) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    for line in data.split(b"\n", _COOKIE_LINES)[:_COOKIE_LINES]:
        if line.startswith(b"#") and (cookie := _COOKIE.search(line)):
            return cookie[1].decode("ascii", errors="replace"), 0
    return "utf-8", 0


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, each with the number of its first physical line."""
    for number, line in _joined(text):
        if said := _COMMENT.sub("", line).strip():
            yield number, said


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Join lines that end in a backslash with the next; a line of comment ends the joining."""
    first, parts = 0, list[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        is_comment = bool(_WHOLE_COMMENT.match(line))
        if not parts:
            first = number
        if line.endswith("\\") and not is_comment:
            parts.append(line.strip("\\"))
            continue
        # The space makes the comment one even where the joined text has none before it.
        parts.append(f" {line}" if is_comment else line)
        yield first, "".join(parts)
        parts = []
    if parts:
        yield first, "".join(parts)
