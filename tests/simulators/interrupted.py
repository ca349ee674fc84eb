"""Ports that are killed: any call may be the last one of the process that makes it.

Whoever is killed does not tidy up: ``Killed`` is no ``Exception``, and whatever the port had done
by then stays done.
"""

import random
from typing import Any


class Killed(BaseException):
    """The process is no more."""


class Interrupted:
    """Stands before a port, and kills at some calls: before they are made, or after.

    Args:
        port: to call.
        chance: of a call to be the last one.
        dice: decide.
    """

    def __init__(self, port: object, chance: float, dice: random.Random) -> None:
        self._port = port
        self._chance = chance
        self._dice = dice
        self.kills = 0

    def __getattr__(self, name: str) -> Any:
        called = getattr(self._port, name)

        def call(*arguments: Any, **named: Any) -> Any:
            if self._dice.random() >= self._chance:
                return called(*arguments, **named)
            self.kills += 1
            if self._dice.random() < 0.5:
                called(*arguments, **named)
            raise Killed

        return call
