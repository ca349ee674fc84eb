"""Holds the members of an artifact against a source tree.

- Every regular file of the artifact has one fate: in the tree, generated, unseen (in a submodule),
  or foreign. Nothing is left out of the count.
- What was not read to its end is foreign: nobody knows what it is.
"""

from airlock.archive.interface import NESTED, Member, MemberKind
from airlock.model import ArtifactKind
from airlock.profiles.making import Examined
from airlock.profiles.pieces import Spelling
from airlock.profiles.source.alike import alike
from airlock.profiles.source.condas import how_conda_made
from airlock.profiles.source.generated import how_generated
from airlock.profiles.source.judging import Strangers, judge
from airlock.profiles.source.match import Foreign, Generated, SourceMatch
from airlock.profiles.source.running import runs
from airlock.profiles.source.tree import Tree

MOST_TOLD = 2_000


def match_source(tree: Tree, subject: Examined) -> SourceMatch:
    """Return what of an artifact is in a source tree, and what what is not does.

    Args:
        tree: that it is said to be built from.
        subject: the artifact.

    Raises:
        ArchiveError: if a container cannot be read any more.
    """
    matching = _Matching(tree, subject)
    matching.run()
    strangers = Strangers(subject, tree, matching.spelling, matching.foreign, matching.generated)
    foreign = sorted(matching.foreign, key=lambda one: (not strangers.runs(one.path), one.path))
    told = foreign[:MOST_TOLD]
    generated = matching.generated[: MOST_TOLD - len(told)]
    return SourceMatch(
        origin=tree.origin,
        same=matching.same,
        generated=tuple(generated),
        foreign=tuple(told),
        left_out=len(foreign) + len(matching.generated) - len(told) - len(generated),
        unseen=tuple(matching.unseen[:MOST_TOLD]),
        differences=judge(strangers),
    )


class _Matching:
    """Gives every member its fate."""

    def __init__(self, tree: Tree, subject: Examined) -> None:
        self._tree = tree
        self._subject = subject
        self.spelling = Spelling(subject.artifact.name, subject.reading)
        self._built = subject.artifact.name.kind.is_built
        paths = (member.path for member in subject.reading.files())
        self._known = frozenset(map(self.spelling.of, paths))
        self.same = 0
        self.generated: list[Generated] = []
        self.foreign: list[Foreign] = []
        self.unseen: list[str] = []

    def run(self) -> None:
        """Look at every file, those first whose bytes the tree has: they tell where it has them."""
        rest = []
        for member in self._subject.reading.members:
            if member.kind is not MemberKind.FILE or NESTED in member.path:
                continue
            path = self.spelling.of(member.path)
            if self._tree.holds(_place(path), member, built=self._built):
                self.same += 1
            else:
                rest.append((path, member))
        for path, member in rest:
            self._settle(path, member)

    def _settle(self, path: str, member: Member) -> None:
        candidates = self._tree.counterparts(_place(path), built=self._built)
        for known in candidates:
            how = alike(path, member, self._tree.files[known])
            if how == "line endings":
                self.same += 1
                return
            if how:
                self.generated.append(Generated(path, how))
                return
        placed = [one for one in candidates if self._tree.in_place(_place(path), one)]
        how = how_generated(path, member, self._tree)
        if self._subject.artifact.name.kind is ArtifactKind.CONDA:
            how = how or how_conda_made(path, member, self._known)
        if how:
            self.generated.append(Generated(path, how))
        elif not placed and self._tree.unseen(path) and runs(path, built=self._built):
            self.unseen.append(path)
        else:
            self.foreign.append(Foreign(path, placed[0] if placed else ""))


def _place(path: str) -> str:
    """Return where a member is installed, relative to where modules are."""
    parts = path.split("/", 2)
    if parts[0] == "*.data" and parts[1:2] in (["purelib"], ["platlib"]):
        return parts[2]
    return path
