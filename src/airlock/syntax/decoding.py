"""Bytes of a source file to text, as Python would read them (PEP 263), and what is odd about it.

- Nothing is dropped: what cannot be decoded is replaced and becomes an oddity.
- Encodings that make code look like something else are decoded all the same, and are oddities.
"""

import codecs
import re
from collections.abc import Iterator

import msgspec

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:[#\r\n]|$)")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Text in these does not look like the code that it is.
_DECEPTIVE = re.compile(
    r"utf7|utf16|utf32|rot13|unicodeescape|rawunicodeescape|punycode|idna|hex|base64|uu|zlib|bz2|"
    r"quopri|undefined|mbcs|oem"
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Written with the first apart, so that the search skips over all other characters at once.
_UNSEEN = "[\u200b\u2060\u2062-\u2064\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
_INVISIBLE = re.compile(f"{_UNSEEN}{_UNSEEN}{{3,}}")
_PUSHED_ASIDE = re.compile(
    r"^(?P<shown>[^\n]*\S)?[ \t]{150,}(?P<pushed>[^\s#\\][^\n]*)", re.MULTILINE
)


class Peculiarity(msgspec.Struct, frozen=True):
    """Something odd about the spelling of a text."""

    code: str
    message: str
    line: int = 1
    evidence: str = ""


class SourceText(msgspec.Struct, frozen=True):
    """A source file, decoded; lines end in line feeds only."""

    text: str
    encoding: str
    peculiarities: tuple[Peculiarity, ...] = ()


def decode_source(data: bytes) -> SourceText:
    """Return the text of a source file, whatever it takes."""
    found: list[Peculiarity] = []
    encoding, start = _encoding(data, found)
    text = _decode(data[start:], encoding, found)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        found.append(
            Peculiarity("nul-byte", "The source has NUL bytes, which readers stop at.", line)
        )
        text = text.replace("\0", " ")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        found.extend(_unseen(text))
    if " " * 150 in text or "\t" * 40 in text:
        found.extend(_pushed_aside(text))
    return SourceText(text, encoding, tuple(found))


def _encoding(data: bytes, found: list[Peculiarity]) -> tuple[str, int]:
    """Return the encoding and the length of the byte order mark."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            if encoding != "utf-8":
                found.append(_strange(encoding, "the byte order mark"))
            return encoding, len(mark)
    cookie = _cookie(data)
    if cookie is None:
        return "utf-8", 0
    plain = re.sub(r"[-_.]", "", cookie.lower())
    if _DECEPTIVE.search(plain):
        found.append(_strange(cookie, "the coding cookie"))
    try:
        codecs.lookup(cookie)
    except (LookupError, ValueError):
        message = f"The coding cookie names {cookie[:40]!r}, an encoding that Python does not know."
        found.append(Peculiarity("unknown-encoding", message))
        return "utf-8", 0
    return cookie, 0


def _strange(encoding: str, where: str) -> Peculiarity:
    message = f"By {where} the source is in {encoding[:40]!r}, which shows readers something else."
    return Peculiarity("strange-encoding", message)


def _cookie(data: bytes) -> str | None:
    for line in data[:4096].splitlines()[:2]:
        match = _COOKIE.match(line)
        if match:
            return match.group(1).decode("ascii", "replace")
        if not _BLANK.match(line):
            return None
    return None


def _decode(data: bytes, encoding: str, found: list[Peculiarity]) -> str:
    try:
        text = codecs.decode(data, encoding)
        if isinstance(text, str):
            return text
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"Line {line} is not valid {encoding}: Python does not read such a file."
        found.append(Peculiarity("undecodable", message, line))
    except (ValueError, TypeError, LookupError):
        found.append(_strange(encoding, "the coding cookie"))
    if encoding.startswith(("utf-16", "utf-32")):
        return data.decode(encoding, "replace")
    # rot13 and the like decode text to text: read them as Latin-1 first.
    try:
        text = codecs.decode(data.decode("latin-1"), encoding)  # type: ignore[call-overload]
        if isinstance(text, str):
            return text
    except (ValueError, TypeError, LookupError, AssertionError):
        pass
    return data.decode("utf-8", "replace")


def _unseen(text: str) -> Iterator[Peculiarity]:
    for code, pattern, message in (
        (
            "bidi-control",
            _BIDI,
            "Bidirectional characters make code read otherwise than it runs (CVE-2021-42574).",
        ),
        ("invisible", _INVISIBLE, "A run of invisible characters can carry a hidden payload."),
    ):
        match = pattern.search(text)
        if match:
            yield Peculiarity(code, message, *_at(text, match.start()))


def _pushed_aside(text: str) -> Iterator[Peculiarity]:
    for match in _PUSHED_ASIDE.finditer(text):
        shown, pushed = match.group("shown") or "", match.group("pushed")
        if shown.endswith((";", ":", ")", "'", '"')) or pushed.startswith((";", "import", "exec")):
            line = text.count("\n", 0, match.start()) + 1
            message = "Code stands behind more than 150 blanks, out of a reader's sight."
            yield Peculiarity("hidden-column", message, line, pushed[:400])
            return


def _at(text: str, offset: int) -> tuple[int, str]:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else None]
    return text.count("\n", 0, offset) + 1, line[:200].encode("ascii", "backslashreplace").decode()
