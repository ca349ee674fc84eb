"""The port: names with a history."""

import enum
from abc import ABC, abstractmethod
from collections.abc import Sequence

import msgspec

from airlock.model import ProjectName


class Kind(enum.StrEnum):
    """Why a name is known."""

    MALICIOUS = "malicious"
    """A project of this name carried hostile code."""
    TAINTED = "tainted"
    """Some releases of it carried hostile code; others may be honest."""
    FISHED = "fished"
    """Somebody registered the name to see who installs it; nothing else was ever there."""
    MISTYPED = "mistyped"
    """Not a project at all: what remains when a command is mistyped."""
    SYSTEM = "system-package"
    """A package of an operating system, which pip cannot install."""
    INVENTED = "invented"
    """Language models invent it, and people install what they are told."""


class KnownName(msgspec.Struct, frozen=True, kw_only=True):
    """One name and why it is known."""

    name: ProjectName
    kind: Kind
    source: str
    """Who published the history, in what and when."""
    meant: str = ""
    """What its users meant: a project, a module, an option; empty where nobody can say."""


class KnownNames(ABC):
    """Knows names that were abused, or that no project should have."""

    @abstractmethod
    def of(self, name: ProjectName) -> Sequence[KnownName]:
        """Return what is known of a name; empty for nearly all."""
