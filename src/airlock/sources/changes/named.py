"""Changes of projects that the user named: each is told every time, and its page says the rest.

Pages are asked for with what they were called last, so that an unchanged one is not sent.
"""

from collections.abc import Iterable

from airlock.model import ProjectName
from airlock.model.watching import Change, SourceState
from airlock.sources.changes.interface import Batch, Changes


class NamedChanges(Changes):
    """Tells the same projects each time.

    Args:
        url: of the index, without credentials.
        projects: that the user named.
    """

    kind = "projects"
    goes_back = True

    def __init__(self, url: str, projects: Iterable[ProjectName]) -> None:
        self.url = url
        self._changes = tuple(Change(name) for name in sorted(set(projects)))

    async def since(self, state: SourceState, *, everything: bool = False) -> Batch:  # noqa: ARG002
        """Return all of them."""
        return Batch(self._changes, state.serial)

    async def aclose(self) -> None:
        """Do nothing: there are no connections."""
