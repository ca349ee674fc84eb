"""A source tree, asked for the files that stand for an artifact's members.

- Files are told apart by content first. What has other bytes is held against the file in its place,
  and, failing that, against those of its name: packages move out of ``src/`` or ``lib/``.
- Code that nobody runs does not vouch for code that runs: a module of the package is not excused by
  the same bytes among the tests, nor a script by a text.
"""

import re
from collections import Counter
from functools import cached_property

from airlock.archive.interface import NESTED, Member, MemberKind
from airlock.errors import ArchiveError
from airlock.profiles.making import Examined
from airlock.profiles.pieces import DORMANT, Spelling
from airlock.profiles.source.match import Origin
from airlock.profiles.source.running import runs

_MOST_OF_A_NAME = 20
# Git LFS keeps the content elsewhere, and its SHA-256 in its place.
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n"
)
_LARGEST_POINTER_BYTES = 1024


class Tree:
    """The files of a source tree.

    Args:
        examined: the tree, opened.
        origin: where it was taken from.
    """

    def __init__(self, examined: Examined, origin: Origin) -> None:
        self.examined = examined
        self.origin = origin
        self.spelling = Spelling(examined.artifact.name, examined.reading)
        self.files: dict[str, Member] = {
            self.spelling.of(member.path): member
            for member in examined.reading.members
            if member.kind is MemberKind.FILE and NESTED not in member.path
        }
        self._prefixes: Counter[str] = Counter()

    @cached_property
    def _by_digest(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path, member in self.files.items():
            for digest in _digests(member):
                found.setdefault(digest, []).append(path)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.files:
            found.setdefault(path.rpartition("/")[2], []).append(path)
        return found

    def holds(self, path: str, member: Member, *, built: bool) -> bool:
        """Tell whether the tree has these bytes in a file that vouches for this member."""
        if not member.size:
            return True
        for known in self._by_digest.get(str(member.sha256 or ""), ()):
            if _vouches(known, path, built=built):
                if known.endswith(f"/{path}"):
                    self._prefixes[known.removesuffix(path)] += 1
                return True
        return False

    def counterparts(self, path: str, *, built: bool) -> list[str]:
        """Return the files that may stand in a member's place, the likeliest first."""
        name = path.rpartition("/")[2]
        alike = self._by_name.get(name, ())
        named = [known for known in alike if _vouches(known, path, built=built)]
        placed = [known for known in named if f"/{known}".endswith(f"/{path}")]
        placed.sort(key=lambda known: (-self._prefixes[known.removesuffix(path)], len(known)))
        rest = [known for known in named if known not in placed]
        return [*placed, *rest][:_MOST_OF_A_NAME]

    def in_place(self, path: str, known: str) -> bool:
        """Tell whether a file of the tree is in the place of a member, not only of its name."""
        installed = path.startswith("*.data/scripts/")
        return installed or f"/{known}".endswith(f"/{path}")

    def source_of(self, path: str, suffixes: tuple[str, ...]) -> str:
        """Return the file that a member may be generated from: of its stem, ending as given."""
        stem = path.rpartition("/")[2].partition(".")[0]
        found = (known for suffix in suffixes for known in self._by_name.get(stem + suffix, ()))
        return next(found, "")

    def unseen(self, path: str) -> str:
        """Return the submodule that a member may be of; empty if there is none."""
        for folder in self.origin.submodules:
            parts = folder.split("/")
            tails = ("/".join(parts[start:]) for start in range(len(parts)))
            if any(path.startswith(f"{tail}/") for tail in tails):
                return folder
        return ""


def _vouches(known: str, path: str, *, built: bool) -> bool:
    if runs(path, built=built) is None:
        return True
    return _ending(known) == _ending(path) and (
        not DORMANT.search(known) or bool(DORMANT.search(path))
    )


def _ending(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].lower()


def _digests(member: Member) -> list[str]:
    digests = [str(member.sha256)] if member.sha256 else []
    if member.size <= _LARGEST_POINTER_BYTES:
        try:
            pointer = _POINTER.match(member.read())
        except ArchiveError:
            pointer = None
        if pointer:
            digests.append(pointer[1].decode())
    return digests
