"""What is known of one value while code is read without running it.

A value has any of: a constant, a dotted name (of what it is, or with ``()`` of what made it), a
text with holes, known parts, a body that can be entered, and the places that its data came from.

- Constants are only ``str``, ``bytes``, ``int``, ``float``, ``bool``, ``None`` and lists, tuples
  and dicts of them; nothing of a package's code ever becomes a live object.
- Values are shared: only ``parts`` and the constant of a list or dict change, where the code
  changes them.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from airlock.syntax.facts import Context, Source
    from airlock.syntax.machine.core import Machine
    from airlock.syntax.machine.scope import Scope

HOLE = "{}"
LONGEST_TEXT = 8 * 1024**2
"""Characters or bytes of any folded constant; what is larger becomes unknown."""
_LONGEST_SPELLING = 16 * 1024
_MOST_ALTERNATIVES = 4
_MOST_PARTS = 200


class Absent(enum.Enum):
    """The type of ``ABSENT``, so that ``None`` stays a constant."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT
NOTHING: frozenset[Source] = frozenset()


class Value(msgspec.Struct, eq=False):
    """One value, as far as it is known.

    A structure of msgspec, because millions are made: five times as fast as a class of Python.
    """

    const: Any = ABSENT
    name: str = ""
    text: str = ""
    sources: frozenset[Source] = NOTHING
    parts: dict[Any, Value] | None = None
    """Elements by index, entries by key, attributes by name: whatever of them is known."""
    body: Closure | ClassBody | None = None
    bound: tuple[Value, str] | None = None
    """For an attribute: what it was looked up on, and its name."""
    other: Value | None = None
    """Another value that may be here instead, where paths of the code join."""

    @property
    def sure(self) -> Any:
        """The constant, if the value can be nothing else; ``ABSENT`` otherwise."""
        return self.const if self.other is None else ABSENT

    def spell(self) -> str:
        """Return the value as text, with a hole for each unknown part."""
        const = self.const
        if isinstance(const, str):
            return const
        if const is not ABSENT:
            return spell_constant(const)
        if self.text:
            return self.text
        if self.parts and all(isinstance(key, int) for key in self.parts):
            return " ".join(part.spell() for part in list(self.parts.values())[:64])
        return HOLE

    def alternatives(self) -> Iterator[Value]:
        """Iterate over this value and those that may be here instead."""
        value: Value | None = self
        while value is not None:
            yield value
            value = value.other

    def tainted(self, sources: frozenset[Source]) -> Value:
        """Return the same value with more sources."""
        if not sources or sources <= self.sources:
            return self
        tainted = self.copy()
        tainted.sources = self.sources | sources
        return tainted

    def copy(self) -> Value:
        """Return a value with the same parts."""
        return msgspec.structs.replace(self)


class Closure:
    """A function or lambda, the scope that it was made in, and the machine that reads it."""

    __slots__ = ("entered", "entries", "gave", "machine", "node", "owed", "owner", "scope")

    def __init__(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        scope: Scope,
        machine: Machine,
    ) -> None:
        self.node = node
        self.scope = scope
        self.machine = machine
        self.owner: ClassBody | None = None
        """The class that it is a method of."""
        self.entered: Context | None = None
        """The strongest context that it was entered in."""
        self.entries = 0
        self.gave: Value | None = None
        """What it returned when it was entered last."""
        self.owed: Context | None = None
        """The strongest context that it was called in without being entered."""


class ClassBody:
    """A class: its attributes, and the one instance that stands for all."""

    __slots__ = ("attributes", "bases", "instance", "name", "node")

    def __init__(self, name: str, node: ast.ClassDef, bases: list[Value]) -> None:
        self.name = name
        self.node = node
        self.bases = bases
        self.attributes: dict[Any, Value] = {}
        self.instance = Value(name=f"{name}()", parts={}, body=self)

    def find(self, name: str) -> Value | None:
        """Return an attribute of the class or of a base that is known."""
        return self._find(name, 8)

    def _find(self, name: str, depth: int) -> Value | None:
        if name in self.attributes:
            return self.attributes[name]
        for base in self.bases if depth else ():
            if isinstance(base.body, ClassBody) and base.body is not self:
                found = base.body._find(name, depth - 1)  # noqa: SLF001 - the same class
                if found is not None:
                    return found
        return None


class _Unknown(Value, frozen=True, eq=False):  # type: ignore[misc]
    """The value of which nothing is known. It is shared by everything, so nothing may change it."""

    def copy(self) -> Value:
        """Return a value that may be changed, of which nothing is known either."""
        return Value()


UNKNOWN: Value = _Unknown()


_LONGEST_NUMBER_BITS = 1024


def spell_constant(const: Any, *, depth: int = 8) -> str:
    """Return a constant as text: bytes as Latin-1, sequences joined by spaces.

    What lies deeper than ``depth`` is unknown: a list that a loop wraps in itself has no end.
    """
    if depth == 0:
        return HOLE
    if isinstance(const, bytes | bytearray):
        return bytes(const[:_LONGEST_SPELLING]).decode("latin-1")
    if isinstance(const, list | tuple):
        return " ".join(spell_constant(item, depth=depth - 1) for item in const[:64])
    if isinstance(const, str):
        return const
    return (
        str(const)
        if not isinstance(const, int) or const.bit_length() < _LONGEST_NUMBER_BITS
        else HOLE
    )


def partly_known(text: str, sources: frozenset[Source]) -> Value:
    """Return a text with holes; one without any known part is simply unknown."""
    # A text may be long, and is asked about whenever a loop adds to it.
    if not text or (text.startswith(HOLE) and text == HOLE * (len(text) // len(HOLE))):
        return Value(sources=sources) if sources else UNKNOWN
    return Value(text=text[:_LONGEST_SPELLING], sources=sources)


def sources_of(*values: Value) -> frozenset[Source]:
    """Return the sources of values and of their known parts, as deep as there is time for."""
    found = NOTHING
    for value in values:
        if value.parts or value.other is not None:
            return _sources_within(values)
        if value.sources:
            found = found | value.sources if found else value.sources
    return found


def _sources_within(values: tuple[Value, ...]) -> frozenset[Source]:
    found = NOTHING
    queue = list(values)
    for value in queue:
        if value.sources:
            found = found | value.sources if found else value.sources
        if value.other is not None:
            queue.append(value.other)
        if value.parts and len(queue) < _MOST_PARTS:
            queue.extend(list(value.parts.values())[:_MOST_PARTS])
    return found


def join(first: Value, second: Value) -> Value:
    """Return what may be either of two values: the first few that differ, and all their sources."""
    if first is second or _plain(second):
        return first
    if _plain(first):
        return second
    distinct: list[Value] = []
    for value in (*first.alternatives(), *second.alternatives()):
        if not any(_alike(value, known) for known in distinct):
            distinct.append(value)
    sources = first.sources | second.sources
    if len(distinct) == 1:
        return first.tainted(sources)
    found: Value | None = None
    for value in reversed(distinct[:_MOST_ALTERNATIVES]):
        variant = value.copy()
        variant.other = found
        found = variant
    return (found or UNKNOWN).tainted(sources)


def _alike(first: Value, second: Value) -> bool:
    if first.const is not ABSENT or second.const is not ABSENT:
        return type(first.const) is type(second.const) and bool(first.const == second.const)
    return (
        first.name == second.name
        and first.text == second.text
        and first.body is second.body
        and first.parts is second.parts
        and first.sources == second.sources
    )


def _plain(value: Value) -> bool:
    """Tell whether nothing is known, or only that it is ``None`` or empty."""
    if value.sources or value.name or value.text or value.parts or value.body or value.bound:
        return False
    return value.const is ABSENT or value.const is None or value.const in ("", b"", 0)
