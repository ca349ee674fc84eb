"""The port: what changed at an index since a state.

- Whoever asks keeps the state. Asking twice with one state gives the same or more, never less.
- A change may be told again; that it was known already is for the caller to see, by its serial.
- Errors are ours: ``UpstreamUnavailable``, with ``retry_after`` if asking later may help.
"""

from abc import abstractmethod
from typing import ClassVar, NamedTuple

from airlock.model.watching import Change, SourceState
from airlock.sources.closing import Closing

OVERLAP = 1_000
"""Serials are given before what they number can be seen: some that are lower turn up later. So
many are asked for again each time, which costs nothing where a page was read since."""


class Batch(NamedTuple):
    """What changed."""

    changes: tuple[Change, ...]
    serial: int = 0
    """Up to which they are known now; 0 where the index counts none."""
    etag: str = ""
    seen: tuple[str, ...] = ()
    gap: bool = False
    """Changes in between were missed: somebody has to compare everything."""


class Changes(Closing):
    """Tells what changed at one index.

    Attributes:
        url: of the index, without credentials.
    """

    kind: ClassVar[str]
    """How it learns of it: a word that users choose by."""
    goes_back: ClassVar[bool] = False
    """Whether it can begin at a time in the past."""
    url: str

    @abstractmethod
    async def since(self, state: SourceState, *, everything: bool = False) -> Batch:
        """Return what changed since a state; of a state without a serial, where the index is now.

        One that goes back returns where the index was at the time of a state without a serial.

        Args:
            state: up to where changes are known.
            everything: tell every project, as if all of them had changed.

        Raises:
            UpstreamUnavailable: if the index does not say.
        """


def lowest(state: SourceState) -> int:
    """Return the serial above which changes are asked for."""
    return max(state.serial - OVERLAP, state.first)
