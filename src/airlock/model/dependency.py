"""What a project depends on, as one of its files or environments says.

- Nothing that a source names is left out: what cannot be audited is a ``Dependency`` that says why.
- A dependency without a name or without a version always says why: it is never taken for clean.
"""

import msgspec

from airlock.model.identity import ProjectName


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is depended on, at one place.

    Raises:
        ValueError: if it has no name or no version, and no reason in ``unauditable``.
    """

    project: ProjectName | None
    """``None`` where the name cannot be told: a bare URL, a path."""
    version: str | None
    """The one version that is meant, as its source spells it; ``None`` where it is open. Readers
    take only what PEP 440 takes: with any other version the dependency is ``unauditable``."""
    path: str
    """The file or record that says so, as a user would name it."""
    line: int = 0
    """From 1; 0 where lines make no sense."""
    requirement: str
    """What stands there, without credentials: ``flask==3.0``, or the name and version."""
    specifier: str = ""
    """The versions that the source allows (PEP 440); empty for any."""
    hashes: tuple[str, ...] = ()
    """As ``algorithm:digest`` in lower case; any of them will do."""
    extras: tuple[str, ...] = ()
    marker: str = ""
    """The environment marker (PEP 508) under which it is wanted; empty for always."""
    group: str = ""
    """The dependency group, the extra or the section that wants it; empty for the project."""
    direct: bool | None = None
    """Whether the project itself asks for it; ``None`` where the source does not tell."""
    unauditable: str = ""
    """Why nothing can be said of it, in plain words; empty if name and version are known."""

    def __post_init__(self) -> None:
        """Refuse what would be passed over in silence."""
        if not self.unauditable and (self.project is None or self.version is None):
            raise ValueError("a dependency without name or version has to say why")

    @property
    def origin(self) -> str:
        """The place, for messages: ``requirements.txt:3``."""
        return f"{self.path}:{self.line}" if self.line else self.path

    @property
    def name(self) -> str:
        """What to call it: its project, or what stands there."""
        return str(self.project) if self.project is not None else self.requirement


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """All that one source depends on."""

    origin: str
    """The file, folder or environment that was read, as the user named it."""
    kind: str
    """Its format, in words for a person: ``requirements file``, ``uv.lock``."""
    dependencies: tuple[Dependency, ...]
    """In the source's order; the same project may stand there several times."""
    notes: tuple[str, ...] = ()
    """What a reader has to know of how it was read: groups left out, an old form of the file."""
