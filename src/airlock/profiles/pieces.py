"""The files of an artifact, spelled alike in every release."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from airlock.archive.interface import NESTED, Member, MemberKind, Reading
from airlock.errors import ArchiveError
from airlock.model import ArtifactKind, ArtifactName
from airlock.profiles.bounds import plain
from airlock.profiles.profile import LONGEST_PATH, Piece, PieceKind

if TYPE_CHECKING:
    from airlock.binary.contents import Contents

DIGEST_BYTES = 12
"""Of a piece's digest: too many for anybody to find a second file with the same."""
_LARGEST_SCRIPT_BYTES = 256 * 1024
_OWN_FOLDER = re.compile(r"(?P<stem>[^/]+)\.(?:dist-info|data)/")
_EGG_INFO = re.compile(r"(?:^|/)[^/]+\.egg-info/")
_KINDS = {
    ".py": PieceKind.PYTHON,
    ".pyw": PieceKind.PYTHON,
    ".pyc": PieceKind.BYTECODE,
    ".pyo": PieceKind.BYTECODE,
    ".pth": PieceKind.STARTUP,
    ".start": PieceKind.STARTUP,
    **dict.fromkeys((".so", ".pyd", ".dll", ".dylib", ".exe"), PieceKind.NATIVE),
    **dict.fromkeys(
        (".sh", ".bash", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".mjs", ".cjs", ".rb", ".pl"),
        PieceKind.SCRIPT,
    ),
    **dict.fromkeys(
        (
            *(".c", ".cc", ".cpp", ".cxx", ".pyx", ".pxd", ".rs", ".go", ".f", ".f90", ".cu"),
            *(".swift", ".m", ".mm", ".zig", ".java", ".ts", ".tsx"),
        ),
        PieceKind.SOURCE,
    ),
}
_FIRST = frozenset({PieceKind.STARTUP, PieceKind.NATIVE, PieceKind.METADATA})
_CODE = frozenset({PieceKind.PYTHON, PieceKind.BYTECODE, PieceKind.SCRIPT})
DORMANT = re.compile(r"(?:^|/)(?:tests?|testing|testdata|docs?|examples|benchmarks)/")
"""Folders whose files somebody has to start on purpose."""


class Spelling:
    """Spells paths without what differs in every release."""

    def __init__(self, name: ArtifactName, reading: Reading) -> None:
        sdist = name.kind is ArtifactKind.SDIST
        self.stem = (_folder if sdist else _own_folder)(reading)
        self._sdist = sdist and bool(self.stem)

    def of(self, path: str) -> str:
        """Return the path as it is spelled in a profile."""
        if self._sdist:
            return plain(path.removeprefix(f"{self.stem}/"), LONGEST_PATH)
        if self.stem and path.startswith((f"{self.stem}.dist-info/", f"{self.stem}.data/")):
            return plain(f"*{path[len(self.stem) :]}", LONGEST_PATH)
        return plain(path, LONGEST_PATH)


def _folder(reading: Reading) -> str:
    tops = {member.path.partition("/")[0] for member in reading.files()}
    nested = any("/" in member.path for member in reading.files())
    return plain(tops.pop(), LONGEST_PATH) if len(tops) == 1 and nested else ""


def _own_folder(reading: Reading) -> str:
    found = (_OWN_FOLDER.match(member.path) for member in reading.files())
    return next((plain(match["stem"], LONGEST_PATH) for match in found if match), "")


def pieces_of(reading: Reading, contents: "Contents", spelling: Spelling) -> list[Piece]:
    """Return every file, code first; those of nested archives are left to their archive."""
    known = dict(_recognised(contents))
    inits = (member.path for member in reading.files() if member.name == "__init__.py")
    packages = {path.rpartition("/")[0] for path in inits}
    pieces = [
        Piece(
            spelling.of(member.path),
            _digest(member, packages),
            member.size,
            _kind(member, known.get(member.path), spelling),
        )
        for member in _last_of_each(reading)
    ]
    pieces.sort(key=_order)
    return pieces


def _order(piece: Piece) -> tuple[int, str]:
    """Put code first, for not everything may fit; then by path, so that paths share much."""
    dormant = bool(DORMANT.search(piece.path))
    if piece.kind in _FIRST:
        return 0, piece.path
    return (1 if piece.kind in _CODE else 3) + dormant, piece.path


def short_digest(sha256: str | None) -> str:
    """Return the beginning of a SHA-256 in hexadecimal, in base64."""
    if not sha256:
        return ""
    return base64.urlsafe_b64encode(bytes.fromhex(sha256)[:DIGEST_BYTES]).decode()


def _digest(member: Member, packages: set[str]) -> str:
    """Return the digest of a file; of a script, without the line that names its interpreter.

    Builds write that line anew (``#!python``), and only of files outside packages.
    """
    folder = member.path.rpartition("/")[0]
    script = member.suffix in {".py", "", ".sh"} and folder not in packages
    if not script or member.size > _LARGEST_SCRIPT_BYTES or member.sha256 is None:
        return short_digest(member.sha256)
    try:
        if not next(iter(member.chunks()), b"").startswith(b"#!"):
            return short_digest(member.sha256)
        body = member.read().partition(b"\n")[2]
    except ArchiveError:
        return ""
    return short_digest(hashlib.sha256(body).hexdigest())


def _last_of_each(reading: Reading) -> Iterable[Member]:
    files = (member for member in reading.members if member.kind is MemberKind.FILE)
    return {member.path: member for member in files if NESTED not in member.path}.values()


def _recognised(contents: "Contents") -> Iterator[tuple[str, PieceKind]]:
    from airlock.binary.contents import NATIVE, Kind

    for item in contents.items:
        if item.kind in NATIVE:
            yield item.path, PieceKind.NATIVE
        elif item.kind in {Kind.BYTECODE, Kind.MARSHAL}:
            yield item.path, PieceKind.BYTECODE
        elif item.kind is Kind.SCRIPT:
            yield item.path, PieceKind.SCRIPT


def _kind(member: Member, recognised: PieceKind | None, spelling: Spelling) -> PieceKind:
    path = spelling.of(member.path)
    if path.startswith("*.dist-info/") or _EGG_INFO.search(path) or path == "PKG-INFO":
        return PieceKind.METADATA
    named = _KINDS.get(member.suffix)
    if named is PieceKind.PYTHON:
        return named
    # Whatever a program is called, it is a program.
    installed = PieceKind.SCRIPT if path.startswith("*.data/scripts/") else PieceKind.OTHER
    return recognised or named or installed
