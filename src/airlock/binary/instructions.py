"""The instructions of a code object, by the opcodes of the Python that made it.

The tables of opcodes are xdis's; the code is only decoded. Which version it was is told by the
magic number of a ``.pyc`` file (CPython's ``Lib/importlib/_bootstrap_external.py``); a code object
without one is taken for the version by which its instructions make the most sense.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from airlock.binary.marshalled import Code

# The first magic number of each version; alphas are taken for their version.
_FIRST_MAGICS = (
    (3000, (3, 0)), (3140, (3, 1)), (3160, (3, 2)), (3190, (3, 3)), (3250, (3, 4)), (3320, (3, 5)),
    (3360, (3, 6)), (3390, (3, 7)), (3400, (3, 8)), (3420, (3, 9)), (3430, (3, 10)),
    (3450, (3, 11)), (3500, (3, 12)), (3550, (3, 13)), (3600, (3, 14)), (3650, (3, 15)),
    (62011, (2, 3)), (62041, (2, 4)), (62071, (2, 5)), (62151, (2, 6)), (62171, (2, 7)),
)  # fmt: skip
_PYTHON2 = 50_000
_NEWEST = (3, 14)
_CANDIDATES = {
    "3.11": ((3, 14), (3, 13), (3, 12), (3, 11)),
    "3.8": ((3, 10), (3, 9), (3, 8)),
    "3.0": ((3, 7), (3, 6), (3, 5), (3, 4), (3, 3)),
    "2.3": ((2, 7),),
}
_RESUMED = "3.11"
_RESUMES = {151: ((3, 12), (3, 11)), 149: ((3, 13),), 128: ((3, 14),)}
_MOST_INSTRUCTIONS = 200_000
_WORDCODE = (3, 6)
_TARGETS_IN_UNITS = (3, 10)
_CACHED_LOOPS, _CACHED_JUMPS = (3, 12), (3, 13)


class Instruction(msgspec.Struct, frozen=True):
    """One instruction."""

    offset: int
    name: str
    argument: int
    target: int = -1
    """Where it may jump to, in bytes; -1 if it does not jump."""


def version_of(magic_number: int) -> tuple[int, int] | None:
    """Return the version of Python with that magic number; ``None`` if there is none."""
    low, high = (_PYTHON2, 1 << 16) if magic_number >= _PYTHON2 else (0, _PYTHON2)
    below = [version for first, version in _FIRST_MAGICS if low <= first <= magic_number < high]
    return below[-1] if below else None


def guess_version(code: Code) -> tuple[int, int]:
    """Return the version whose opcodes make the most sense of a code object."""
    candidates = _CANDIDATES[code.layout]
    if code.layout == _RESUMED:
        opcodes = code.code[::2]
        # It begins every code object, behind instructions for cells, and was numbered anew twice.
        begun = next((opcode for opcode in opcodes[:40] if opcode in _RESUMES), None)
        candidates = _RESUMES.get(begun, candidates) if begun is not None else candidates
    return max(candidates, key=lambda version: _sense(code, version))


def _sense(code: Code, version: tuple[int, int]) -> float:
    """Return which part of the instructions have a name and an argument that is there."""
    good = total = 0
    limits = {
        "LOAD_CONST": len(code.constants),
        "IMPORT_NAME": len(code.names),
        "STORE_NAME": len(code.names),
    }
    for instruction in instructions(code, version):
        total += 1
        if instruction.name.startswith("<"):
            continue
        good += instruction.name in ("PRECALL", "RETURN_CONST")
        good += instruction.argument < limits.get(instruction.name, instruction.argument + 1)
        good += 2 * (instruction.name == "IMPORT_NAME")
    return good / total if total else 0.0


def instructions(code: Code, version: tuple[int, int]) -> Iterator[Instruction]:
    """Iterate over the instructions, without those that only hold a part of an argument."""
    table = _table(min(version, _NEWEST))
    decode = _wordcode if version >= _WORDCODE else _bytecode
    for count, (offset, opcode, argument, end) in enumerate(decode(code.code, table)):
        if count >= _MOST_INSTRUCTIONS:
            return
        name = table.opname[opcode].replace("+", "_")
        if name not in _SILENT:
            yield Instruction(
                offset, name, argument, _target(table, version, opcode, argument, end)
            )


_SILENT = frozenset({"CACHE", "EXTENDED_ARG", "NOP", "RESUME"})


def _target(table: Any, version: tuple[int, int], opcode: int, argument: int, end: int) -> int:
    unit = 2 if version >= _TARGETS_IN_UNITS else 1
    if opcode in table.hasjabs:
        return argument * unit
    if opcode not in table.hasjrel:
        return -1
    name = table.opname[opcode]
    # Some jumps count from behind the interpreter's cache, which is one unit.
    cached = version >= _CACHED_JUMPS or (version >= _CACHED_LOOPS and name in ("FOR_ITER", "SEND"))
    end += unit * (cached and not name.startswith("JUMP_FORWARD"))
    return end - argument * unit if "BACKWARD" in name else end + argument * unit


def _wordcode(code: bytes, table: Any) -> Iterator[tuple[int, int, int, int]]:
    extended = 0
    for offset in range(0, len(code) - 1, 2):
        opcode, low = code[offset], code[offset + 1]
        argument = extended << 8 | low
        extended = argument if opcode == table.EXTENDED_ARG else 0
        yield offset, opcode, argument, offset + 2


def _bytecode(code: bytes, table: Any) -> Iterator[tuple[int, int, int, int]]:
    offset, extended = 0, 0
    while offset < len(code):
        opcode = code[offset]
        if opcode < table.HAVE_ARGUMENT:
            yield offset, opcode, 0, offset + 1
            offset += 1
            continue
        argument = extended << 16 | int.from_bytes(code[offset + 1 : offset + 3], "little")
        extended = argument if opcode == table.EXTENDED_ARG else 0
        yield offset, opcode, argument, offset + 3
        offset += 3


@cache
def _table(version: tuple[int, int]) -> Any:
    # The tables take a tenth of a second to load: only an artifact with bytecode pays for it.
    from xdis.op_imports import get_opcode_module
    from xdis.version_info import PythonImplementation

    return get_opcode_module(version, PythonImplementation.CPython)
