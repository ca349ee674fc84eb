"""How strace spells arguments: quoted texts with the escapes of C, addresses, times."""

import re

_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9a-f]{2}|.)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f", "a": "\a", "b": "\b"}
_RESULT_PATH = re.compile(r"^\d+<(/[^>]*)>")
_FOLDER = re.compile(r"^(?:AT_FDCWD|\d+)<(/[^>]*)>$")
_PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
_ADDRESS = re.compile(r'inet_(?:addr\("([^"]+)"\)|pton\(AF_INET6, "([^"]+)")')
_SECONDS = re.compile(r"\{tv_sec=(\d+), tv_nsec=(\d+)\}")
_OPENING, _CLOSING = "([{", ")]}"
_MOST_ARGUMENTS = 400


def arguments_of(text: str) -> list[str]:
    """Return the arguments of a call as they are spelled, split where commas separate them."""
    found: list[str] = []
    depth, start, quoted, at = 0, 0, False, 0
    while at < len(text) and len(found) < _MOST_ARGUMENTS:
        letter = text[at]
        if quoted:
            if letter == "\\":
                at += 1
            elif letter == '"':
                quoted = False
        elif letter == '"':
            quoted = True
        elif letter in _OPENING:
            depth += 1
        elif letter in _CLOSING:
            depth -= 1
        elif letter == "," and depth == 0:
            found.append(text[start:at].strip())
            start = at + 1
        at += 1
    last = text[start:].strip()
    return [*found, last] if last else found


def unquote(text: str) -> str:
    """Return what a quoted text says; bytes that are no UTF-8 are escaped."""
    inner = text.removesuffix("...").strip()
    if len(inner) < 2 or not inner.startswith('"'):  # noqa: PLR2004 - two quotes
        return ""
    raw = _ESCAPE.sub(_unescape, inner[1:-1] if inner.endswith('"') else inner[1:])
    return raw.encode("latin-1", "backslashreplace").decode("utf-8", "backslashreplace")


def _unescape(match: re.Match[str]) -> str:
    letter = match[1]
    if letter[0] in "01234567":
        return chr(int(letter, 8) & 0xFF)
    if letter[0] == "x" and len(letter) > 1:
        return chr(int(letter[1:], 16))
    return _PLAIN.get(letter, letter)


def path_of(arguments: list[str], place: int) -> str:
    """Return the path in an argument, or nothing."""
    return unquote(arguments[place]) if place < len(arguments) else ""


def folder_of(arguments: list[str], place: int) -> str:
    """Return the folder that a path is relative to: the argument before it, where it is one."""
    match = _FOLDER.match(arguments[place - 1]) if 0 < place <= len(arguments) else None
    return match[1] if match else ""


def result_path(result: str) -> str:
    """Return the path of the file that a call opened, as the kernel knows it."""
    match = _RESULT_PATH.match(result)
    return match[1].removesuffix(" (deleted)") if match else ""


def address_of(text: str) -> tuple[str, int]:
    """Return the address and port of a call, or nothing and 0."""
    address, port = _ADDRESS.search(text), _PORT.search(text)
    if address is None or port is None:
        return "", 0
    return address[1] or address[2], int(port[1])


def seconds_of(text: str) -> float:
    """Return how long a call would wait."""
    match = _SECONDS.search(text)
    return int(match[1]) + int(match[2]) / 1e9 if match else 0.0
