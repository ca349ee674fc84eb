"""What came of holding an artifact against a source tree; values only."""

import msgspec

from airlock.profiles.difference import Difference


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a source tree was taken from."""

    location: str
    """A folder or a URL, without credentials."""
    tag: str = ""
    """The tag that was chosen for the version; empty for a folder that is no repository."""
    commit: str = ""
    """What the tag points at, in hexadecimal; empty likewise."""
    submodules: tuple[str, ...] = ()
    """Folders whose content is in other repositories, and was not fetched."""
    released: bool = False
    """Whether it is no source but a file of a release, ``location``, which another repackages."""

    @property
    def described(self) -> str:
        """In words."""
        if self.released:
            return self.location
        if not self.tag:
            return f"the folder {self.location}"
        return f"{self.location} at {self.tag} ({self.commit[:12]})"


class Generated(msgspec.Struct, frozen=True, array_like=True):
    """A member that is not in the tree as it is, and was recognised."""

    path: str
    """As in a profile."""
    how: str
    """What wrote it."""


class Foreign(msgspec.Struct, frozen=True, array_like=True):
    """A member that is not in the tree, and not recognised."""

    path: str
    """As in a profile."""
    counterpart: str
    """The file of the tree in its place, which differs; empty if there is none."""


class SourceMatch(msgspec.Struct, frozen=True):
    """What came of holding an artifact against a source tree."""

    origin: Origin
    same: int = 0
    """How many members are in the tree, byte for byte or but for line endings."""
    generated: tuple[Generated, ...] = ()
    foreign: tuple[Foreign, ...] = ()
    """Those that run first."""
    left_out: int = 0
    """How many more members are foreign or generated."""
    unseen: tuple[str, ...] = ()
    """Members that something runs, in folders whose content is in other repositories."""
    differences: tuple[Difference, ...] = ()
    """What the foreign members mean, the worst first."""
