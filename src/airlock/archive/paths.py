"""What a container calls its entries, and what we call them.

``PathJudge.settle`` returns a path that is relative, has ``/`` between its components and nothing
in it that a terminal, a log or a file system could stumble over; whatever had to be changed for
that is an anomaly. Nothing is dropped: an entry whose path escapes is read under what is left.

- ``..`` never survives, nor a leading ``/``, a drive letter, a backslash or a control character.
- ``!/`` is reserved for nested archives (``interface.NESTED``); a container cannot fake it.
- What is cut at a NUL is cut as C, and Python's ``zipfile``, cut it.

The cheap path matters: nearly all of a release's paths are plain.
"""

import hashlib
import re

from airlock.archive.interface import NESTED, Limits
from airlock.archive.notes import Notes
from airlock.model import Confidence, Severity

# What a path may consist of without a closer look: not "!" (of NESTED) nor ":" (of drives).
_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-=,@~#$&'()[]{}. /"
)
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SURROGATES = re.compile(r"[\ud800-\udfff]+")
# Unicode's bidirectional controls: what a person reads is not the order of the characters.
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(r"[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff]")
# The folder icon of macOS is a file of this name.
_MAC_ICON = re.compile(r"(?:^|.*/)Icon\r")
_SHOWN = 120


class PathJudge:
    """Gives the entries of one container harmless paths."""

    def __init__(self, notes: Notes, limits: Limits) -> None:
        self._notes = notes
        self._limits = limits

    def settle(self, raw: str) -> str:
        """Return a harmless spelling without a slash at its end; empty for the root itself."""
        path = raw
        if not _is_plain(raw):
            path = self._components(self._characters(raw))
        return self._shorten(path.rstrip("/"))

    def _characters(self, raw: str) -> str:
        """Replace what no path should contain."""
        text = raw
        if "\0" in text:
            text = text[: text.index("\0")]
            self._add(Severity.HIGH, "path-nul", "has a NUL; readers differ on its name", raw)
        if _SURROGATES.search(text):
            self._add(Severity.LOW, "path-encoding", "is not in the encoding it should be in", raw)
            text = _SURROGATES.sub(_escape, text)
        if _CONTROL.search(text):
            icon = _MAC_ICON.fullmatch(text) is not None
            severity = Severity.LOW if icon else Severity.MEDIUM
            self._add(severity, "path-control", "has control characters", raw)
            text = _CONTROL.sub(_escape, text)
        if _BIDI.search(text):
            self._add(Severity.MEDIUM, "path-bidi", "reads in another order than it is", raw)
            text = _BIDI.sub(_escape, text)
        if _INVISIBLE.search(text):
            self._add(Severity.LOW, "path-invisible", "has characters that nobody sees", raw)
        if "\\" in text:
            self._backslashes(text)
            text = text.replace("\\", "/")
        return text

    def _backslashes(self, text: str) -> None:
        self._add(
            Severity.MEDIUM,
            "path-backslash",
            "has backslashes: one name on Linux, a path on Windows",
            text,
            Confidence.LOW,
        )

    def _components(self, text: str) -> str:
        """Make the path relative, without ``.`` and ``..``."""
        if text.startswith("/"):
            self._add(Severity.HIGH, "path-absolute", "is absolute", text)
        kept: list[str] = []
        escaped = dotted = drive = False
        for component in text.split("/"):
            part = component
            while not kept and _DRIVE.match(part):
                part, drive = part[2:], True
            if part == "..":
                dotted, escaped = True, escaped or not kept
                del kept[-1:]
            elif part not in ("", "."):
                kept.append(part)
        if drive:
            self._add(Severity.HIGH, "path-drive", "begins with the letter of a drive", text)
        if escaped:
            self._add(Severity.HIGH, "path-escape", "leads out of the archive", text)
        elif dotted:
            self._add(Severity.MEDIUM, "path-dot-dot", "goes up and down again", text)
        self._ends(kept, text)
        return "/".join(kept).replace(NESTED, "%21/")

    def _ends(self, parts: list[str], text: str) -> None:
        if any(part.endswith((".", " ")) for part in parts):
            message = "has an end that Windows drops"
            self._add(Severity.LOW, "path-trailing", message, text, Confidence.LOW)
        if any(part.endswith("!") for part in parts[:-1]):
            message = "looks like a path in a nested archive"
            self._add(Severity.LOW, "path-nested-mark", message, text, Confidence.LOW)

    def _shorten(self, path: str) -> str:
        """Keep paths within the limits; two long paths never become the same one."""
        limits = self._limits
        if path.count("/") >= limits.path_parts:
            self._add(Severity.MEDIUM, "path-too-deep", "has too many components", path)
        elif len(path.encode()) <= limits.path_bytes:
            return path
        else:
            self._add(Severity.MEDIUM, "path-too-long", "is longer than file systems allow", path)
        parts = path.split("/")
        digest = hashlib.sha256(path.encode()).hexdigest()[:16]
        return f"{parts[0][:100]}/~{digest}~/{parts[-1][-100:]}"

    def _add(
        self,
        severity: Severity,
        code: str,
        what: str,
        path: str,
        confidence: Confidence = Confidence.HIGH,
    ) -> None:
        shown = ascii(path if len(path) <= _SHOWN else f"{path[:_SHOWN]}…")
        message = f"a path in the archive {what}: {shown}"
        self._notes.add(severity, code, message, confidence=confidence)


def _is_plain(path: str) -> bool:
    """Whether a path has no component that is empty, or ends in what Windows drops, as ``..`` does.

    A set is half as fast as a regular expression, but costs nothing to make at every start.
    """
    return (
        _PLAIN.issuperset(path)
        and not path.startswith("/")
        and "//" not in path
        and "./" not in f"{path}/"
        and " /" not in f"{path}/"
    )


def _escape(match: re.Match[str]) -> str:
    data = match[0].encode("utf-8", "surrogateescape" if _lone_bytes(match[0]) else "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in data)


def _lone_bytes(text: str) -> bool:
    """Whether all surrogates stand for undecodable bytes (PEP 383)."""
    return all("\udc80" <= char <= "\udcff" for char in text if "\ud800" <= char <= "\udfff")
