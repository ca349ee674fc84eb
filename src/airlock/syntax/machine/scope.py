"""Names and what they stand for, in one function, class or module."""

from __future__ import annotations

from airlock.syntax.catalogue.names import BUILTINS
from airlock.syntax.values import Value


class Scope:
    """One namespace, and the one around it."""

    __slots__ = ("bound", "elsewhere", "names", "parent", "qualname", "stars")

    def __init__(self, parent: Scope | None = None, qualname: str = "") -> None:
        self.names: dict[str, Value] = {}
        self.parent = parent
        self.qualname = qualname
        self.stars: list[str] = []
        """Modules outside the artifact that ``from … import *`` was said of."""
        self.elsewhere: dict[str, Scope] = {}
        """Names declared ``global`` or ``nonlocal``, and where they live."""
        self.bound: set[str] = set()
        """Names that were bound since somebody last emptied this."""

    @property
    def module(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def find(self, name: str) -> Value | None:
        """Return what a name stands for here, or ``None``."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.names.get(name)
            if value is not None:
                return value
            scope = scope.parent
        return None

    def look_up(self, name: str) -> Value:
        """Return what a name stands for; what nothing is known of is only a name."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.names.get(name)
            if value is not None:
                return value
            scope = scope.parent
        if name in BUILTINS:
            return Value(name=f"builtins.{name}")
        if name in {"__builtins__", "__builtin__"}:
            return Value(name="builtins")
        stars = self.module.stars
        return Value(name=f"{stars[-1]}.{name}" if stars else name)

    def bind(self, name: str, value: Value) -> None:
        """Let a name stand for a value."""
        scope = self.elsewhere.get(name, self) if self.elsewhere else self
        scope.names[name] = value
        scope.bound.add(name)

    def declare(self, name: str, scope: Scope) -> None:
        """Let a name live in another scope."""
        if scope is not self:
            self.elsewhere[name] = scope
            self.names.pop(name, None)

    def fork(self) -> Scope:
        """Return a copy in which a path that is not taken can be walked without a trace."""
        copy = Scope(self.parent, self.qualname)
        copy.names = dict(self.names)
        copy.stars = self.stars
        copy.elsewhere = dict(self.elsewhere)
        return copy
