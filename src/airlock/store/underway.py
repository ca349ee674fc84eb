"""The port for what is under way: of many processes that share a store, one does a piece of work.

Promises of every adapter:

- A piece of work is under way in one holder at a time; a holder is one open store.
- It ends with ``end``, called as often as ``begin`` said yes and by whichever thread, with the
  holder's connection and with its process, whichever is first: nobody has to notice that a holder
  was killed, and no clock is compared with another's.
- ``begin`` never waits: whoever is told no decides for how long to ask again.

Nothing is lost where two do the same piece of work: this spares work, and decides nothing.
"""

from abc import ABC, abstractmethod


class Underway(ABC):
    """What is under way. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def begin(self, work: str) -> bool:
        """Begin a piece of work; tell whether nobody else has it under way.

        To a holder that has it under way itself the answer is yes.
        """

    @abstractmethod
    def end(self, work: str) -> None:
        """End a piece of work; what was lost meanwhile, or never begun here, is no error."""
