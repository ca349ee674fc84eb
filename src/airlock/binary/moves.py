"""What single instructions do to the stack, where it is neither a load, a call nor a literal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airlock.binary.stack import Stack

Move = Callable[["Stack", int], None]

_NUMBERED = ("+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^")
_SUBSCRIPT = 26
_COMPARISONS = ("<", "<=", "==", "!=", ">", ">=", "in", "not in", "is", "is not")
# From 3.12 and 3.13 on, the lowest bits of the argument are for the interpreter.
_SHIFT_SINCE = (((3, 13), 5), ((3, 12), 4))
_MOST_ITEMS = 500


def _nothing(stack: Stack, argument: int) -> None:
    del stack, argument


def _popping(count: int, then: str = "") -> Move:
    def move(stack: Stack, argument: int) -> None:
        del argument
        stack.drop(count)
        if then:
            stack.push(then)

    return move


def _binary_op(stack: Stack, argument: int) -> None:
    right, left = stack.text(), stack.text()
    if argument == _SUBSCRIPT:
        stack.push(f"{left}[{right}]")
    else:
        stack.push(f"({left} {_NUMBERED[argument % len(_NUMBERED)]} {right})")


def _subscript(stack: Stack, argument: int) -> None:
    del argument
    key = stack.text()
    stack.push(f"{stack.text()}[{key}]")


def _slice(stack: Stack, argument: int) -> None:
    del argument
    end, start = stack.text(), stack.text()
    stack.push(f"{stack.text()}[{start}:{end}]")


def _old_slice(kind: int) -> Move:
    def move(stack: Stack, argument: int) -> None:
        del argument
        end = stack.text() if kind & 2 else ""
        start = stack.text() if kind & 1 else ""
        stack.push(f"{stack.text()}[{start}:{end}]")

    return move


def _compare(stack: Stack, argument: int) -> None:
    shift = next((shift for since, shift in _SHIFT_SINCE if stack.version >= since), 0)
    place = argument >> shift
    operator = _COMPARISONS[place] if place < len(_COMPARISONS) else "=="
    right, left = stack.text(), stack.text()
    stack.push(f"({left} {operator} {right})")


def _asking(operator: str) -> Move:
    def move(stack: Stack, argument: int) -> None:
        right, left = stack.text(), stack.text()
        negated = operator.replace("is", "is not") if operator == "is" else f"not {operator}"
        stack.push(f"({left} {negated if argument else operator} {right})")

    return move


def _unary(operator: str) -> Move:
    def move(stack: Stack, argument: int) -> None:
        del argument
        stack.push(f"({operator}{stack.text()})")

    return move


def _format(stack: Stack, argument: int) -> None:
    if argument & 4:
        stack.pop()
    stack.push(f"str({stack.text()})")


def _format_with(stack: Stack, argument: int) -> None:
    _format(stack, argument | 4)


def _copy(stack: Stack, argument: int) -> None:
    stack.push(stack.values[-argument] if 0 < argument <= len(stack.values) else "_")


def _swap(stack: Stack, argument: int) -> None:
    if 1 < argument <= len(stack.values):
        values = stack.values
        values[-1], values[-argument] = values[-argument], values[-1]


def _rotating(count: int) -> Move:
    def move(stack: Stack, argument: int) -> None:
        size = count or argument
        if 1 < size <= len(stack.values):
            stack.values.insert(len(stack.values) - size, stack.values.pop())

    return move


def _duplicating(count: int) -> Move:
    def move(stack: Stack, argument: int) -> None:
        size = count or min(argument, _MOST_ITEMS)
        for value in stack.values[-size:]:
            stack.push(value)

    return move


def _adding(opening: str, closing: str, mark: str) -> Move:
    """Extend a literal below the top by what is on top."""

    def move(stack: Stack, argument: int) -> None:
        value = stack.text()
        place = len(stack.values) - max(1, argument)
        if place >= 0:
            held = stack.spelled(stack.values[place])
            empty = held in ("[]", "{}", "()", "set()")
            if empty and mark == "*" and value.startswith("(") and value.endswith(")"):
                stack.values[place] = f"{opening}{value[1:-1]}{closing}"
                return
            before = "" if empty else f"{'**' if mark == '**' else '*'}{held}, "
            stack.values[place] = f"{opening}{before}{mark}{value}{closing}"

    return move


def _map_add(stack: Stack, argument: int) -> None:
    value, key = stack.text(), stack.text()
    place = len(stack.values) - max(1, argument)
    if place >= 0:
        stack.values[place] = f"{{{key}: {value}}}"


def _unpack(stack: Stack, argument: int) -> None:
    value = stack.text()
    count = min((argument & 255) + (argument >> 8) + (argument >> 8 > 0), _MOST_ITEMS)
    for place in reversed(range(count)):
        stack.push(f"{value}[{place}]")


def _for_iter(stack: Stack, argument: int) -> None:
    del argument
    stack.push(f"next({stack.spelled(stack.values[-1]) if stack.values else '_'})")


def _end_for(stack: Stack, argument: int) -> None:
    del argument
    # 3.12 takes the iterator away here; later versions do it with an instruction of its own.
    stack.drop(stack.version < _SHIFT_SINCE[0][0])


def _with(stack: Stack, argument: int) -> None:
    del argument
    value = stack.text()
    stack.push("_exit")
    stack.push(value)


MOVES: dict[str, Move] = {
    **dict.fromkeys(
        ("GET_ITER", "GET_AWAITABLE", "TO_BOOL", "LIST_TO_TUPLE", "UNARY_POSITIVE"), _nothing
    ),
    **dict.fromkeys(("BINARY_SUBSCR", "BINARY_SUBSCRIPT"), _subscript),
    **dict.fromkeys(("BEFORE_WITH", "SETUP_WITH", "BEFORE_ASYNC_WITH", "SETUP_ASYNC_WITH"), _with),
    **dict.fromkeys(("DUP_TOP",), _duplicating(1)),
    **dict.fromkeys(("DUP_TOP_TWO",), _duplicating(2)),
    **dict.fromkeys(("LIST_APPEND", "SET_ADD"), _adding("[", "]", "")),
    **dict.fromkeys(("LIST_EXTEND", "SET_UPDATE"), _adding("[", "]", "*")),
    **dict.fromkeys(("DICT_UPDATE", "DICT_MERGE"), _adding("{", "}", "**")),
    **{f"SLICE_{kind}": _old_slice(kind) for kind in range(4)},
    "BINARY_OP": _binary_op,
    "BINARY_SLICE": _slice,
    "CALL_INTRINSIC_2": _popping(1),
    "CHECK_EXC_MATCH": _popping(1, "True"),
    "COMPARE_OP": _compare,
    "CONTAINS_OP": _asking("in"),
    "COPY": _copy,
    "DUP_TOPX": _duplicating(0),
    "END_FOR": _end_for,
    "END_SEND": _popping(1),
    "FORMAT_SIMPLE": _format,
    "FORMAT_VALUE": _format,
    "FORMAT_WITH_SPEC": _format_with,
    "FOR_ITER": _for_iter,
    "IS_OP": _asking("is"),
    "MAP_ADD": _map_add,
    "POP_EXCEPT": _popping(1),
    "POP_ITER": _popping(1),
    "PUSH_EXC_INFO": _popping(0, "_error"),
    "RETURN_GENERATOR": _popping(0, "_generator"),
    "ROT_TWO": _rotating(2),
    "ROT_THREE": _rotating(3),
    "ROT_FOUR": _rotating(4),
    "ROT_N": _rotating(0),
    "SEND": _popping(1),
    "SWAP": _swap,
    "UNARY_CONVERT": _unary("repr"),
    "UNARY_INVERT": _unary("~"),
    "UNARY_NEGATIVE": _unary("-"),
    "UNARY_NOT": _unary("not "),
    "UNPACK_EX": _unpack,
    "UNPACK_SEQUENCE": _unpack,
    "YIELD_FROM": _popping(1),
}
