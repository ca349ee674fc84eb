"""Names, and prefixes of names: what a claim or a right is about.

- A prefix ``acme-*`` covers ``acme`` and ``acme-…``, never ``acmes`` (PEP 752, "Project matching").
- Both are normalised before they are compared: no spelling leads past one.
"""

from typing import Self

from airlock.errors import InvalidName
from airlock.model.identity import ProjectName

_ANY = "-*"


class NamePattern(str):
    """A project's name, or a prefix of names such as ``acme-*``, normalised (PEP 752, PEP 503).

    Raises:
        InvalidName: if the text is neither.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Normalise and validate a pattern."""
        if isinstance(text, cls):
            return text
        stem = text[:-1].rstrip("-_.")
        if not text.endswith("*"):
            return super().__new__(cls, ProjectName(text))
        if stem == text[:-1]:
            raise InvalidName(
                f"{text[:80]!r} is not a prefix of names",
                hint="A prefix is a name with '-*' behind it, such as acme-*.",
            )
        return super().__new__(cls, ProjectName(stem) + _ANY)

    @property
    def is_prefix(self) -> bool:
        """Whether it covers more than one name."""
        return self.endswith(_ANY)

    @property
    def stem(self) -> str:
        """The name, without the star of a prefix."""
        return self.removesuffix(_ANY)

    def covers(self, project: ProjectName) -> bool:
        """Tell whether it is about a project."""
        return self in covering(project)


def covering(project: ProjectName) -> tuple[NamePattern, ...]:
    """Return every pattern that covers a project, the one that says most of it first."""
    words = project.split("-")
    stems = ("-".join(words[:count]) for count in range(len(words), 0, -1))
    return (NamePattern(project), *(NamePattern(stem + _ANY) for stem in stems))
