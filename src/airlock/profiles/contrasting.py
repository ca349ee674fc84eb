"""How the files of two artifacts differ, for a person to read: counts of lines, and the lines.

- Bounded in what it gives and in what it costs: comparing lines takes time that grows with the
  product of their numbers, and hostile files are made to take all of it. What was too much says so.
- Lines are shown of Python files that do something; of every text file only on request.
"""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from airlock.archive.interface import NESTED, Member, MemberKind
from airlock.errors import ArchiveError
from airlock.profiles.bounds import plain
from airlock.profiles.comparing import compare
from airlock.profiles.contrast import Contrast, FileChange
from airlock.profiles.forms import compare_forms
from airlock.profiles.making import Examined
from airlock.profiles.pieces import Spelling
from airlock.profiles.profile import Profile
from airlock.profiles.source.match import Origin, SourceMatch
from airlock.syntax.decoding import decode_source

_MOST_FILES = 2_000
_LARGEST_BYTES = 4 * 1024**2
"""Of a file whose lines are counted."""
_MOST_PAIRS = 40_000_000
"""Of lines that are held against each other in all files together: about ten seconds."""
_MOST_SHOWN_BYTES = 6 * 1024**2
"""Of all the lines that are shown."""
_MOST_LINES = 400
"""Of one file, where not everything was asked for."""
_LONGEST_LINE = 400
_CONTEXT_LINES = 3
_PYTHON = (".py", ".pyw", ".pth", ".start")


class Profiled(Examined, Protocol):
    """An artifact that is being examined, and summed up."""

    @property
    def profile(self) -> Profile:
        """What it is and does."""


def contrast(old: Profiled, new: Profiled, *, full: bool = False) -> Contrast:
    """Return how two artifacts differ: two releases, or a source distribution and its wheel.

    Args:
        old: an artifact.
        new: another one.
        full: show the lines of every text file, and all of them.

    Raises:
        ArchiveError: if a container cannot be read any more.
    """
    if old.artifact.name.kind.is_built is not new.artifact.name.kind.is_built:
        return _contrast_forms(old, new, full=full)
    before, after = _files(old), _files(new)
    paths = [
        path
        for path in sorted({*before, *after})
        if _digest(before.get(path)) != _digest(after.get(path))
    ]
    acting = _acting(old) | _acting(new)
    paths.sort(key=lambda path: path not in acting)
    teller = _Teller(full=full)
    files = [
        teller.tell(path, before.get(path), after.get(path), acts=path in acting)
        for path in paths[:_MOST_FILES]
    ]
    differences = compare(old.profile, new.profile)
    return Contrast(differences, tuple(files), max(0, len(paths) - _MOST_FILES))


def _contrast_forms(sdist: Profiled, wheel: Profiled, *, full: bool) -> Contrast:
    """Return what a wheel has that its source distribution has not: files move when they build."""
    from airlock.profiles.source.matching import match_source
    from airlock.profiles.source.tree import Tree

    tree = Tree(sdist, Origin(location=sdist.artifact.name.filename))
    told = contrast_source(sdist, wheel, match_source(tree, wheel), full=full)
    return Contrast(compare_forms(wheel.profile, sdist.profile), told.files, told.left_out)


def contrast_source(
    tree: Profiled, subject: Profiled, match: SourceMatch, *, full: bool = False
) -> Contrast:
    """Return how an artifact differs from the source tree that it is said to be built from.

    What the tree has and the artifact has not is left out: nobody packs everything.

    Args:
        tree: the source, opened.
        subject: the artifact.
        match: what came of holding one against the other.
        full: show the lines of every text file, and all of them.

    Raises:
        ArchiveError: if a container cannot be read any more.
    """
    before, after = _files(tree), _files(subject)
    acting = _acting(subject)
    teller = _Teller(full=full)
    files = [
        teller.tell(
            one.path, before.get(one.counterpart), after.get(one.path), acts=one.path in acting
        )
        for one in match.foreign
    ]
    return Contrast(match.differences, tuple(files), match.left_out, match)


def _files(subject: Examined) -> dict[str, Member]:
    spelling = Spelling(subject.artifact.name, subject.reading)
    return {
        spelling.of(member.path): member
        for member in subject.reading.members
        if member.kind is MemberKind.FILE and NESTED not in member.path
    }


def _digest(member: Member | None) -> str:
    return "" if member is None else member.sha256 or "unread"


def _acting(subject: Examined) -> set[str]:
    spelling = Spelling(subject.artifact.name, subject.reading)
    return {spelling.of(act.path.partition(NESTED)[0]) for act in subject.program.acts}


class _Teller:
    """Tells changes until what may be spent on them is spent."""

    def __init__(self, *, full: bool) -> None:
        self._full = full
        self._pairs = _MOST_PAIRS
        self._bytes = _MOST_SHOWN_BYTES

    def tell(
        self, path: str, before: Member | None, after: Member | None, *, acts: bool
    ) -> FileChange:
        """Return how a file changed."""
        old, new = _lines(before), _lines(after)
        diff, note = "", ""
        if old is None or new is None:
            note = "no text, or too large"
            old, new = old or (), new or ()
        elif self._full or (acts and path.endswith(_PYTHON)):
            diff, note = self._shown(old, new)
        was, now = Counter(old), Counter(new)
        return FileChange(
            path,
            _how(before, after),
            before.size if before else 0,
            after.size if after else 0,
            (now - was).total(),
            (was - now).total(),
            acts,
            diff,
            note,
        )

    def _shown(self, old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
        pairs = len(old) * len(new)
        if pairs > self._pairs or self._bytes <= 0:
            return "", "too long to be shown"
        self._pairs -= pairs
        lines = list(_unified(old, new))
        most = len(lines) if self._full else _MOST_LINES
        text = "\n".join(lines[:most])[: self._bytes]
        self._bytes -= len(text)
        left = len(lines) - text.count("\n") - 1
        return text, f"{left:,} more lines" if left > 0 else ""


def _how(before: Member | None, after: Member | None) -> str:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _lines(member: Member | None) -> Sequence[str] | None:
    """Return the lines of a text; ``None`` if it is none, or too large."""
    if member is None:
        return ()
    if member.size > _LARGEST_BYTES:
        return None
    try:
        data = member.read()
    except ArchiveError:
        return None
    if member.suffix not in _PYTHON and b"\0" in data:
        return None
    text = decode_source(data).text
    return [plain(line, _LONGEST_LINE) for line in text.splitlines()]


def _unified(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    lines = difflib.unified_diff(old, new, n=_CONTEXT_LINES, lineterm="")
    # The first two are headlines, which whoever shows it writes.
    return (line for number, line in enumerate(lines) if number > 1)
