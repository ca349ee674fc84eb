"""Writes bytecode down as Python source text that is good enough to be analysed.

No decompiler: control flow is followed once, from top to bottom; loops and ``else`` branches lose
their shape, and every instruction is written down whether it can be reached or not. What matters
is kept: imports, names, constants, calls with their arguments, what is assigned to what, functions
and classes, and what stands under an ``if``. The text goes through the same analysis as any source.

- Whatever the bytecode is, there is a text; what is not understood is left out.
- The text is never run, and is not meant to be.
"""

import keyword
from collections.abc import Callable, Iterator

from airlock.binary.instructions import Instruction, guess_version, instructions
from airlock.binary.marshalled import Code
from airlock.binary.operands import Function, Import, Null, Operand, acts, usable
from airlock.binary.stack import Stack

_MOST_LINES = 60_000
_MOST_DEPTH = 12
_LONGEST_LINE = 400_000
# From then on a loop's iterator stays on the stack until an instruction behind it takes it away.
_ENDED_LOOPS_SINCE = (3, 12)
_VARARGS, _VARKEYWORDS = 0x04, 0x08
_EMPTY = ("[]", "{}", "set()")
_TESTS = {"FALSE": "{}", "TRUE": "not {}", "NONE": "{} is not None", "NOT_NONE": "{} is None"}
_CONDITIONS = {
    f"{jump}_IF_{what}": text
    for jump in ("POP_JUMP", "POP_JUMP_FORWARD", "POP_JUMP_BACKWARD", "JUMP")
    for what, text in _TESTS.items()
}
_ENDS = frozenset(
    {
        *("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE", "JUMP_FORWARD"),
        *("JUMP_ABSOLUTE", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "BREAK_LOOP"),
    }
)


def transcribe(code: Code, version: tuple[int, int] | None = None) -> str:
    """Return a module's code object as source text.

    Args:
        code: of the module.
        version: of the Python that made it; ``None`` guesses.
    """
    writer = _Writer(version or guess_version(code))
    writer.write(code, 0)
    return "\n".join(writer.lines) + "\n"


class _Writer:
    """The text, as it grows."""

    def __init__(self, version: tuple[int, int]) -> None:
        self.version = version
        self.lines: list[str] = []
        self._anonymous = 0

    def put(self, depth: int, text: str) -> None:
        """Write a line."""
        if len(self.lines) < _MOST_LINES:
            self.lines.append("    " * depth + text[:_LONGEST_LINE])

    def write(self, code: Code, depth: int) -> None:
        """Write the body of a code object."""
        before = len(self.lines)
        if depth <= _MOST_DEPTH:
            _Body(self, code, depth).write()
        if depth and len(self.lines) == before:
            self.put(depth, "pass")

    def define(self, function: Function, depth: int) -> str:
        """Write a function down, once; return its name."""
        if not function.name:
            self._anonymous += 1
            plain = function.code.name
            usable = plain.isidentifier() and not keyword.iskeyword(plain)
            function.name = plain if usable else f"_anonymous{self._anonymous}"
            for given in function.given:
                self.put(depth, given)
            self.put(depth, f"def {function.name}({_signature(function.code)}):")
            self.write(function.code, depth + 1)
        return function.name

    def define_class(self, function: Function, bases: list[str], depth: int) -> str:
        """Write a class down; return its name."""
        plain = function.code.name
        function.name = plain if plain.isidentifier() else "_Class"
        for given in function.given:
            self.put(depth, given)
        self.put(depth, f"class {function.name}({', '.join(bases)}):")
        self.write(function.code, depth + 1)
        return function.name


def _signature(code: Code) -> str:
    names = [usable(name) for name in code.variables]
    split = code.arguments + code.keyword_arguments
    arguments = names[:split]
    if code.flags & _VARARGS:
        arguments.append(f"*{names[split]}" if len(names) > split else "*_")
        split += 1
    if code.flags & _VARKEYWORDS:
        arguments.append(f"**{names[split]}" if len(names) > split else "**_")
    return ", ".join(dict.fromkeys(arguments))


class _Body:
    """Writes one code object."""

    def __init__(self, writer: _Writer, code: Code, depth: int) -> None:
        self._writer = writer
        self._code = code
        self._depth = depth
        self._ends: list[int] = []
        self._saved: dict[int, list[Operand]] = {}
        self._stack = Stack(code, writer.version, self._define)

    def write(self) -> None:
        """Write all statements."""
        alive = True
        for instruction in instructions(self._code, self._writer.version):
            while self._ends and instruction.offset >= self._ends[-1]:
                self._ends.pop()
                self._fill()
            if instruction.offset in self._saved and not alive:
                self._restore(self._saved[instruction.offset])
            self._take(instruction)
            alive = instruction.name not in _ENDS
        while self._ends:
            self._ends.pop()
            self._fill()

    def _restore(self, values: list[Operand]) -> None:
        """Go on with the stack of a jump, and keep what only the other branch made."""
        now = self._stack.values
        for value in now[len(values) :]:
            if acts(value):
                self._put(self._stack.spelled(value))
        # A container that was empty before a loop is filled by it.
        grown = dict(enumerate(now[: len(values)]))
        self._stack.values = [
            grown.get(place, value) if value in _EMPTY else value
            for place, value in enumerate(values)
        ]

    @property
    def _inner(self) -> int:
        return self._depth + len(self._ends)

    def _put(self, text: str) -> None:
        self._writer.put(self._inner, text)

    def _fill(self) -> None:
        """Give a block without a statement one."""
        lines = self._writer.lines
        if lines and lines[-1].rstrip().endswith(":"):
            self._writer.put(self._inner + 1, "pass")

    def _define(self, function: Function, bases: list[str] | None) -> str:
        if bases is None:
            return self._writer.define(function, self._inner)
        return self._writer.define_class(function, bases, self._inner)

    def _take(self, instruction: Instruction) -> None:
        if instruction.target > instruction.offset:
            self._save(instruction)
        if instruction.name.startswith(("STORE_", "DELETE_")):
            for line in self._stored(instruction.name, instruction.argument):
                self._put(line)
        elif (handle := _HANDLERS.get(instruction.name)) is not None:
            handle(self, instruction)
        else:
            self._stack.apply(instruction)

    def begin_block(self, instruction: Instruction) -> None:
        """Write a condition, whose block ends where the jump leads."""
        tested = self._stack.text()
        if instruction.target > instruction.offset and len(self._ends) < _MOST_DEPTH:
            self._put(f"if {_CONDITIONS[instruction.name].format(tested)}:")
            self._ends.append(instruction.target)
        elif acts(tested):
            self._put(tested)

    def discard(self, instruction: Instruction) -> None:
        """Write a call whose value nobody takes."""
        del instruction
        value = self._stack.pop()
        if isinstance(value, Function):
            # Nobody can call it any more; its code is written down all the same.
            self._stack.spelled(value)
        elif acts(value):
            self._put(self._stack.spelled(value))

    def _save(self, instruction: Instruction) -> None:
        values = list(self._stack.values)
        if instruction.name.startswith(("SETUP_", "BEFORE_")):
            values += ["_error"] * 3
        elif instruction.name == "SEND":
            # What was awaited gives its result; later versions keep both for an instruction more.
            kept = values[-2:-1] if self._writer.version >= _ENDED_LOOPS_SINCE else []
            values = values[:-1] + kept
        elif instruction.name in _CONDITIONS or (
            instruction.name == "FOR_ITER" and self._writer.version < _ENDED_LOOPS_SINCE
        ):
            values = values[:-1]
        self._saved.setdefault(instruction.target, values)

    def end(self, instruction: Instruction) -> None:
        """Write what a function gives to its caller."""
        constant = instruction.name == "RETURN_CONST"
        returned = self._stack.constant(instruction.argument) if constant else self._stack.pop()
        value = self._stack.spelled(returned)
        if instruction.name == "YIELD_VALUE":
            self._put(f"yield {value}")
            self._stack.push("_sent")
        elif self._depth and value != "None":
            self._put(f"return {value}")

    def statement(self, instruction: Instruction) -> None:
        """Write what is a statement only before Python 3, as the function that it became."""
        if instruction.name == "PRINT_ITEM":
            self._put(f"print({self._stack.text()})")
            return
        spaces = [self._stack.text() for _ in range(2)]
        self._put(f"exec({self._stack.text()}, {', '.join(reversed(spaces))})")

    def import_all(self, instruction: Instruction) -> None:
        """Write an import of everything."""
        # From 3.12 on, an intrinsic with number 2; the others leave their operand as it is.
        if instruction.name == "CALL_INTRINSIC_1" and instruction.argument != 2:  # noqa: PLR2004
            return
        value = self._stack.pop()
        if isinstance(value, Import):
            self._put(f"from {value.module} import *")
        if instruction.name == "CALL_INTRINSIC_1":
            self._stack.push(Null())

    def _stored(self, name: str, argument: int) -> Iterator[str]:
        stack = self._stack
        if name.startswith("DELETE_"):
            stack.drop({"DELETE_ATTR": 1, "DELETE_SUBSCR": 2}.get(name, 0))
        elif name == "STORE_ATTR":
            target = f"{stack.text()}.{usable(stack.name(argument))}"
            yield f"{target} = {stack.text()}"
        elif name in ("STORE_SUBSCR", "STORE_SLICE", "STORE_MAP"):
            yield from self._stored_item(name)
        elif name == "STORE_FAST_STORE_FAST":
            yield from self._assigned(stack.variable(argument >> 4))
            yield from self._assigned(stack.variable(argument & 15))
        elif name == "STORE_FAST_LOAD_FAST":
            yield from self._assigned(stack.variable(argument >> 4))
            stack.push(stack.variable(argument & 15))
        elif name in ("STORE_NAME", "STORE_GLOBAL"):
            yield from self._assigned(usable(stack.name(argument)))
        elif name == "STORE_DEREF":
            yield from self._assigned(stack.cell(argument))
        elif name.startswith("STORE_FAST"):
            yield from self._assigned(stack.variable(argument))

    def _stored_item(self, name: str) -> Iterator[str]:
        stack = self._stack
        if name == "STORE_MAP":
            key, value, mapping = stack.text(), stack.text(), stack.text()
            stack.push(f"{mapping[:-1]}{key}: {value}, }}" if mapping.endswith("}") else mapping)
            return
        key = stack.text()
        if name == "STORE_SLICE":
            key = f"{stack.text()}:{key}"
        container = stack.text()
        yield f"{container}[{key}] = {stack.text()}"

    def _assigned(self, target: str) -> Iterator[str]:
        value = self._stack.pop()
        if isinstance(value, Import):
            yield value.statement(target)
            return
        text = self._stack.spelled(value)
        if text != target:
            yield f"{target} = {text}"


_Handler = Callable[[_Body, Instruction], None]
_HANDLERS: dict[str, _Handler] = {
    **dict.fromkeys(_CONDITIONS, _Body.begin_block),
    **dict.fromkeys(("POP_TOP", "JUMP_IF_FALSE_OR_POP", "JUMP_IF_TRUE_OR_POP"), _Body.discard),
    **dict.fromkeys(("RETURN_VALUE", "RETURN_CONST", "YIELD_VALUE"), _Body.end),
    **dict.fromkeys(("EXEC_STMT", "PRINT_ITEM"), _Body.statement),
    **dict.fromkeys(("IMPORT_STAR", "CALL_INTRINSIC_1"), _Body.import_all),
}
