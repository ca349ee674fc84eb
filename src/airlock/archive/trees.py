"""What is wrong with the paths of an archive taken together: one place, two files.

Severities follow what readers do. Two entries of a tar under one path: every tool keeps the last.
Of a zip: some keep the first, some the last, so different contents are two packages in one file.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from airlock.archive.interface import Member, MemberKind
from airlock.archive.notes import Notes
from airlock.model import Severity


def judge_tree(members: Sequence[Member], notes: Notes, *, is_zip: bool) -> None:
    """Note duplicates, collisions, and files in the place of directories."""
    unique: dict[str, Member] = {}
    for member in members:
        if member.kind is MemberKind.DIRECTORY:
            continue
        before = unique.get(member.path)
        if before is not None:
            _tell_duplicate(before, member, notes, is_zip=is_zip)
        unique[member.path] = member
    _judge_folding(unique, notes)
    _judge_folders(unique, members, notes)


def _tell_duplicate(before: Member, member: Member, notes: Notes, *, is_zip: bool) -> None:
    if before.sha256 == member.sha256 and before.kind is member.kind:
        message = "the same file is in the archive twice"
        notes.add(Severity.LOW, "duplicate", message, path=member.path)
    else:
        severity = Severity.HIGH if is_zip else Severity.MEDIUM
        message = "two files of different content have the same path"
        notes.add(severity, "duplicate-differs", message, path=member.path)


def _judge_folding(paths: Iterable[str], notes: Notes) -> None:
    """Note paths that are one file on macOS, on Windows, or to a person's eye."""
    seen: dict[str, str] = {}
    for path in paths:
        folded = path.lower() if path.isascii() else _fold(path)
        other = seen.setdefault(folded, path)
        if other != path:
            # Letters that differ in more than case look the same and are meant to.
            alike = other.lower() == path.lower()
            severity = Severity.LOW if alike else Severity.MEDIUM
            message = f"on some file systems it is the same file as {other[:200]!r}"
            notes.add(severity, "path-collision", message, path=path)


def _fold(path: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _judge_folders(files: dict[str, Member], members: Sequence[Member], notes: Notes) -> None:
    for folder in sorted(_folders(members)):
        blocked = files.get(folder)
        if blocked is None:
            continue
        if blocked.link:
            message = "files are unpacked through a link"
            notes.add(Severity.HIGH, "write-through-link", message, path=folder)
        else:
            message = "it is a file and a directory"
            notes.add(Severity.MEDIUM, "file-and-directory", message, path=folder)


def _folders(members: Sequence[Member]) -> set[str]:
    found: set[str] = set()
    for member in members:
        path = member.path
        folder = path if member.kind is MemberKind.DIRECTORY else path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def judge_top(members: Sequence[Member], expected: str, notes: Notes) -> None:
    """Note a source distribution that is not one folder named after the release (PEP 625).

    Args:
        members: the members of the artifact itself.
        expected: what the folder should be called, in any spelling of the project's name.
        notes: takes what is found.
    """
    tops = {member.path.partition("/")[0] for member in members if _counts(member)}
    if len(tops) > 1:
        message = f"there are {len(tops):,} files and folders at the top, not one folder"
        notes.add(Severity.MEDIUM, "several-tops", message)
    elif tops and _alike(min(tops)) != _alike(expected):
        message = f"its folder is called {min(tops)[:120]!r}"
        notes.add(Severity.LOW, "top-name", message)


def _alike(name: str) -> str:
    return re.sub(r"[-_.+]+", "-", name).lower()


def _counts(member: Member) -> bool:
    """Whether a member says something of the layout; macOS and git leave traces beside it."""
    top = member.path.partition("/")[0]
    return not top.startswith("._") and top not in ("pax_global_header", "__MACOSX")
