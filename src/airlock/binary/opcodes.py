"""Walks the opcodes of pickles without building anything: which names they would import and call.

A pickle is a program for a small machine. What it can do is decided by the names that it imports
(opcodes GLOBAL, STACK_GLOBAL, INST); they stand in it as text. ``pickletools`` decodes the opcodes
and says what each does to the stack; strings are followed through stack and memo, because
STACK_GLOBAL takes its names from there.

- Several pickles may stand one behind another: all are walked.
- Unpicklers accept more than ``pickletools`` does, and an unpickler has already run what stands
  before a broken opcode: what was seen up to there is kept, and ``Walk.rest`` says where it ended.
- A name whose text is not known is ``?``, never a guess.
"""

import io
import pickletools
from collections.abc import Iterator
from typing import Any

import msgspec

_MOST_OPCODES = 250_000
_MOST_PICKLES = 256
_MOST_STACK = 100_000
_LONGEST_TEXT = 4_000
_MOST_ARGUMENTS = 12

_SPELLING = """
SHORT_BINUNICODE BINUNICODE BINUNICODE8 UNICODE STRING SHORT_BINSTRING BINSTRING SHORT_BINBYTES
BINBYTES BINBYTES8 BYTEARRAY8
"""
_STRINGS = frozenset(_SPELLING.split())
_PUTS = frozenset(["MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"])
_GETS = frozenset(["GET", "BINGET", "LONG_BINGET"])
# What may begin another pickle behind a STOP.
_BEGINNINGS = (b"\x80", b"c", b"(", b"}", b"]", b")")


class Import(msgspec.Struct, frozen=True):
    """A name that a pickle imports."""

    name: str
    """Module and name, dotted; ``?`` for a part that is not known."""
    offset: int
    """Of the opcode."""
    texts: tuple[str, ...] = ()
    """What is spelled right after it: most likely the arguments of its call."""


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """What came of walking a file of pickles."""

    imports: tuple[Import, ...]
    opcodes: int
    pickles: int
    """How many came to their STOP."""
    broken: str = ""
    """Why it ended before a STOP; empty if it did not."""
    rest: int
    """Where it ended, in bytes."""


def walk(data: bytes, start: int = 0) -> Walk:
    """Walk all pickles from an offset on."""
    imports: list[Import] = []
    count = pickles = 0
    at, broken = start, ""
    while pickles < _MOST_PICKLES and not broken:
        machine = _Machine()
        try:
            for opcode, argument, offset in _opcodes(data, at):
                if count >= _MOST_OPCODES:
                    broken = f"it has more than {_MOST_OPCODES:,} opcodes"
                    break
                count += 1
                machine.step(opcode, argument, offset)
                at = offset + 1
            pickles += not broken
        except _Ended as end:
            broken, at = str(end), max(at, end.at)
        imports += machine.imports
        if data[at : at + 1] not in _BEGINNINGS:
            break
    return Walk(imports=tuple(imports), opcodes=count, pickles=pickles, broken=broken, rest=at)


class _Ended(Exception):
    """The walk cannot go on."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__(why)
        self.at = at


def _opcodes(data: bytes, start: int) -> Iterator[tuple[Any, Any, int]]:
    stream = io.BytesIO(data)
    stream.seek(start)
    opcodes = pickletools.genops(stream)
    while True:
        try:
            opcode, argument, position = next(opcodes)
        except StopIteration:
            return
        except (ValueError, LookupError, ArithmeticError, MemoryError, TypeError) as error:
            # It decodes numbers, texts and lengths that an attacker chose.
            raise _Ended(f"{type(error).__name__}: {error}"[:200], stream.tell()) from error
        yield opcode, argument, position or 0


_MARK = object()


class _Machine:
    """The stack and memo of one pickle, of which only texts are known."""

    def __init__(self) -> None:
        self.imports: list[Import] = []
        self._stack: list[object] = []
        self._memo: dict[int, object] = {}
        self._texts: list[str] = []

    def step(self, opcode: Any, argument: Any, offset: int) -> None:
        """Take one opcode."""
        name = opcode.name
        if name in _STRINGS:
            text = argument if isinstance(argument, str) else bytes(argument).decode("latin-1")
            self._text(text)
            self._stack.append(text)
        elif name in _PUTS:
            place = len(self._memo) if name == "MEMOIZE" else int(argument)
            self._memo[place] = self._stack[-1] if self._stack else None
        elif name in _GETS:
            self._stack.append(self._memo.get(int(argument)))
        elif name == "DUP":
            self._stack.append(self._stack[-1] if self._stack else None)
        elif name == "MARK":
            self._stack.append(_MARK)
        else:
            self._generic(opcode, argument, offset)
        if len(self._stack) > _MOST_STACK:
            raise _Ended("its stack is too deep", offset)

    def _generic(self, opcode: Any, argument: Any, offset: int) -> None:
        popped = self._pop(opcode)
        if opcode.name == "STACK_GLOBAL":
            module, attribute = (popped[0], popped[1]) if len(popped) > 1 else (None, None)
            self._import(f"{_known(module)}.{_known(attribute)}", offset)
        elif opcode.name in ("GLOBAL", "INST"):
            self._import(str(argument).replace(" ", ".", 1), offset)
        self._stack.extend([None] * len(opcode.stack_after))

    def _pop(self, opcode: Any) -> list[object]:
        """Take from the stack what the opcode takes; return it, the last pushed last."""
        before = opcode.stack_before
        if pickletools.markobject in before:
            while self._stack and self._stack.pop() is not _MARK:
                pass
            count = before.index(pickletools.markobject)
        else:
            count = len(before)
        if not count:
            return []
        popped = self._stack[-count:]
        del self._stack[-count:]
        return popped

    def _text(self, text: str) -> None:
        if self.imports and len(self._texts) < _MOST_ARGUMENTS:
            self._texts.append(text[:_LONGEST_TEXT])
            last = self.imports[-1]
            self.imports[-1] = Import(last.name, last.offset, tuple(self._texts))

    def _import(self, name: str, offset: int) -> None:
        self._texts = []
        self.imports.append(Import(name, offset))


def _known(value: object) -> str:
    return value if isinstance(value, str) else "?"
