"""The stack of the interpreter's machine, with expressions as text in the place of values.

Instructions that only move values or combine them are applied here, by their kind: ``moves``,
``loading``, ``calling``, ``building``. What makes a statement is up to ``transcript``. The shapes
are those of CPython from 2.7 to 3.14.

- A stack that runs empty gives ``_``: bytecode that was made by hand need not balance.
- Texts that grow without bound are cut: they would only repeat what is there.
"""

from collections.abc import Callable

from airlock.binary.building import build
from airlock.binary.calling import call
from airlock.binary.instructions import Instruction
from airlock.binary.loading import load, make
from airlock.binary.marshalled import Code
from airlock.binary.moves import MOVES
from airlock.binary.operands import Function, Import, Literal, Null, Operand, spell, usable

_LONGEST_TEXT = 200_000
_MOST_VALUES = 2_000
_OPERATORS = {
    "ADD": "+", "SUBTRACT": "-", "MULTIPLY": "*", "DIVIDE": "/", "TRUE_DIVIDE": "/",
    "FLOOR_DIVIDE": "//", "MODULO": "%", "POWER": "**", "LSHIFT": "<<", "RSHIFT": ">>",
    "AND": "&", "OR": "|", "XOR": "^", "MATRIX_MULTIPLY": "@",
}  # fmt: skip
_KINDS = (
    (("LOAD_",), load),
    (("CALL", "KW_NAMES"), call),
    (("BUILD_",), build),
    (("IMPORT_", "MAKE_", "SET_FUNCTION"), make),
)


class Stack:
    """Values of one code object.

    Args:
        code: whose constants and names instructions refer to.
        version: of the Python that made it.
        define: writes a function down, or a class if it is given bases; returns its name.
    """

    def __init__(
        self,
        code: Code,
        version: tuple[int, int],
        define: Callable[[Function, list[str] | None], str],
    ) -> None:
        self.values: list[Operand] = []
        self.code = code
        self.version = version
        self.define = define
        self.keywords: tuple[str, ...] = ()
        """Names for the next call."""

    def push(self, value: Operand) -> None:
        """Put a value on top."""
        if len(self.values) < _MOST_VALUES:
            self.values.append(value[:_LONGEST_TEXT] if isinstance(value, str) else value)

    def pop(self) -> Operand:
        """Take the value on top."""
        return self.values.pop() if self.values else "_"

    def top(self) -> Operand:
        """Return the value on top."""
        return self.values[-1] if self.values else "_"

    def text(self) -> str:
        """Take the value on top, as text."""
        return self.spelled(self.pop())

    def drop(self, count: int) -> None:
        """Take values away."""
        for _ in range(min(count, _MOST_VALUES)):
            self.pop()

    def popped(self, count: int) -> list[Operand]:
        """Take some values, the last pushed last."""
        return [self.pop() for _ in range(min(count, _MOST_VALUES))][::-1]

    def texts(self, count: int) -> list[str]:
        """Take some values as texts, the last pushed last."""
        return [self.spelled(value) for value in self.popped(count)]

    def spelled(self, value: Operand) -> str:
        """Return a value as text; functions are written down at the first time."""
        if isinstance(value, Function):
            return self.define(value, None)
        if isinstance(value, Import):
            return value.expression()
        if isinstance(value, Literal):
            return spell(value.values)
        return "_" if isinstance(value, Null) else value

    def constant(self, place: int) -> Operand:
        """Return a constant."""
        if place >= len(self.code.constants):
            return "_"
        value = self.code.constants[place]
        if isinstance(value, Code):
            return Function(value)
        return Literal(value) if isinstance(value, tuple) else spell(value)

    def name(self, place: int) -> str:
        """Return a name of the code object, as it is."""
        return self.code.names[place] if place < len(self.code.names) else "_"

    def variable(self, place: int) -> str:
        """Return a local variable."""
        names = self.code.variables
        return usable(names[place]) if place < len(names) else "_"

    def cell(self, place: int) -> str:
        """Return a variable that inner or outer functions see."""
        names = self.code.locals_plus or self.code.cells
        return usable(names[place]) if place < len(names) else "_"

    def apply(self, instruction: Instruction) -> None:
        """Do what an instruction does to the stack."""
        name, argument = instruction.name, instruction.argument
        if (operator := _operator(name)) is not None:
            right, left = self.text(), self.text()
            self.push(f"({left} {operator} {right})")
        elif name in MOVES:
            MOVES[name](self, argument)
        elif name == "PUSH_NULL":
            self.push(Null())
        else:
            for beginnings, act in _KINDS:
                if name.startswith(beginnings):
                    act(self, name, argument)
                    return


def _operator(name: str) -> str | None:
    for prefix in ("BINARY_", "INPLACE_"):
        if name.startswith(prefix):
            return _OPERATORS.get(name.removeprefix(prefix))
    return None
