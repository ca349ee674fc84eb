"""One call, with what is known of its parts."""

from __future__ import annotations

import ast

from airlock.syntax.facts import Origin, Source
from airlock.syntax.machine.callers import ARGUMENT
from airlock.syntax.machine.core import Machine
from airlock.syntax.machine.scope import Scope
from airlock.syntax.values import ABSENT, UNKNOWN, Value, sources_of


class Call:
    """A call of ``function`` at ``node``."""

    __slots__ = ("arguments", "function", "keywords", "machine", "name", "node", "scope")

    def __init__(
        self,
        machine: Machine,
        node: ast.AST,
        scope: Scope,
        function: Value,
        arguments: list[Value],
        keywords: dict[str, Value],
        name: str,
    ) -> None:
        self.machine = machine
        self.node = node
        self.scope = scope
        self.function = function
        self.arguments = arguments
        self.keywords = keywords
        self.name = name
        """The canonical name of what is called; empty if it has none."""

    @property
    def line(self) -> int:
        """The line that it stands in."""
        return getattr(self.node, "lineno", 0)

    @property
    def receiver(self) -> Value:
        """What the method is called on; unknown for a function."""
        return self.function.bound[0] if self.function.bound else UNKNOWN

    def argument(self, place: int, *names: str) -> Value:
        """Return an argument by its name or position, or an unknown one."""
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return self.arguments[place] if 0 <= place < len(self.arguments) else UNKNOWN

    def sources(self) -> frozenset[Source]:
        """Return the sources of all arguments and of the receiver."""
        return sources_of(self.function, *self.arguments, *self.keywords.values())

    def constants(self) -> list[object] | None:
        """Return the arguments, if all are constants and none is given by name."""
        if self.keywords or any(value.const is ABSENT for value in self.arguments):
            return None
        return [value.const for value in self.arguments]

    def unknown(self) -> Value:
        """Return what a call gives of which only the name is known."""
        sources = self.sources()
        if any(source.origin is Origin.ENTRUSTED for source in sources):
            # What is made of a key, such as a signature, is no key.
            sources = frozenset(s for s in sources if not s.what.startswith(ARGUMENT))
        return Value(name=f"{self.name}()" if self.name else "", sources=sources)
