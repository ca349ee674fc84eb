"""What instructions build: tuples, lists, sets, dictionaries, strings, slices and old classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airlock.binary.operands import Function, Literal, spell

if TYPE_CHECKING:
    from airlock.binary.stack import Stack

_PAIRS_SINCE = (3, 5)


def build(stack: Stack, name: str, argument: int) -> None:
    """Apply an instruction whose name begins with ``BUILD_``."""
    if name == "BUILD_CLASS":
        _old_class(stack)
    elif "UNPACK" in name:
        mark, brackets = ("**", "{}") if "MAP" in name else ("*", "[]")
        inner = ", ".join(mark + text for text in stack.texts(argument & 255))
        stack.push(f"{brackets[0]}{inner}{brackets[1]}")
    elif name in ("BUILD_MAP", "BUILD_CONST_KEY_MAP"):
        stack.push("{" + ", ".join(_pairs(stack, name, argument)) + "}")
    else:
        stack.push(_sequence(name, stack.texts(argument)))


def _sequence(name: str, texts: list[str]) -> str:
    inner = ", ".join(texts)
    if name == "BUILD_LIST":
        return f"[{inner}]"
    if name == "BUILD_SET":
        return f"{{{inner}}}" if texts else "set()"
    if name == "BUILD_SLICE":
        return ":".join(texts)
    if name == "BUILD_STRING":
        return f"({' + '.join(texts)})" if texts else "''"
    return f"({inner},)" if texts else "()"


def _pairs(stack: Stack, name: str, argument: int) -> list[str]:
    if name == "BUILD_MAP":
        # Before, its argument was a hint, and STORE_MAP followed.
        texts = stack.texts(2 * argument if stack.version >= _PAIRS_SINCE else 0)
        keys, values = texts[::2], texts[1::2]
    else:
        given = stack.pop()
        keys = [spell(key) for key in given.values] if isinstance(given, Literal) else []
        values = stack.texts(argument)
    return [f"{key}: {value}" for key, value in zip(keys, values, strict=False)]


def _old_class(stack: Stack) -> None:
    function, bases = stack.pop(), stack.text()
    stack.pop()
    if isinstance(function, Function):
        stack.push(stack.define(function, [bases[1:-1].rstrip(",")]))
    else:
        stack.push("_class")
