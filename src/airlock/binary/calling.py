"""The shapes of calls, from 2.7's to 3.14's, and of the calls that make classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airlock.binary.operands import Function, Literal, Null, Operand

if TYPE_CHECKING:
    from airlock.binary.stack import Stack

_WORDCODE, _KEYWORDS_ALWAYS = (3, 6), (3, 14)
_SELF_PLACE_SINCE, _PYTHON3 = (3, 11), (3, 0)
# Set for functions, never for the bodies of modules and classes.
_OPTIMIZED = 0x01
_CLASS_MAKER = "__build_class__"


def call(stack: Stack, name: str, argument: int) -> None:
    """Apply an instruction whose name begins with ``CALL``, or ``KW_NAMES``."""
    if name == "KW_NAMES":
        value = stack.constant(argument)
        stack.keywords = _names(value)
    elif name == "CALL_FUNCTION_EX":
        _spread(stack, argument)
    elif name in ("CALL", "CALL_METHOD"):
        keywords, stack.keywords = stack.keywords, ()
        _call(stack, argument, keywords, places=2)
    elif name == "CALL_KW" or (name == "CALL_FUNCTION_KW" and stack.version >= _WORDCODE):
        keywords = _names(stack.pop())
        places = 2 if name == "CALL_KW" else 1
        _call(stack, argument, keywords, places=places)
    elif name.startswith("CALL_FUNCTION") and not _is_old_class(stack, argument):
        _old(stack, name, argument)


def _old(stack: Stack, name: str, argument: int) -> None:
    """Apply CALL_FUNCTION; until 3.5 with keywords, and in forms with spread arguments."""
    old = stack.version < _WORDCODE
    spread = [f"**{stack.text()}"] if name.endswith("KW") else []
    if "VAR" in name:
        spread.insert(0, f"*{stack.text()}")
    pairs = [stack.texts(2) for _ in range((argument >> 8 & 255) if old else 0)]
    keywords = [f"{key.strip(chr(39))}={value}" for key, value in reversed(pairs)]
    count = argument & 255 if old else argument
    if keywords or spread:
        _finish(stack, [*stack.texts(count), *keywords, *spread], places=1)
    else:
        _call(stack, count, (), places=1)


def _spread(stack: Stack, argument: int) -> None:
    keywords = [f"**{stack.text()}"] if argument & 1 else []
    if stack.version >= _KEYWORDS_ALWAYS and not keywords:
        stack.pop()
    positional = f"*{stack.text()}"
    places = 2 if stack.version >= _SELF_PLACE_SINCE else 1
    _finish(stack, [positional, *keywords], places=places)


def _call(stack: Stack, count: int, keywords: tuple[str, ...], *, places: int) -> None:
    """Call with that many values from the stack, the last of which are given by name."""
    popped = stack.popped(count)
    function = popped[0] if popped else None
    makes_class = isinstance(function, Function) and _is_class_maker(stack)
    texts = [stack.spelled(value) for value in (popped[2:] if makes_class else popped)]
    plain = max(0, len(texts) - len(keywords))
    named = zip(keywords, texts[plain:], strict=False)
    arguments = texts[:plain] + [f"{key}={text}" for key, text in named]
    if makes_class and isinstance(function, Function):
        stack.drop(places)
        stack.push(stack.define(function, arguments))
    else:
        _finish(stack, arguments, places=places)


def _is_class_maker(stack: Stack) -> bool:
    below = [value for value in stack.values[-2:] if not isinstance(value, Null)]
    return below[-1:] == [_CLASS_MAKER]


def _is_old_class(stack: Stack, argument: int) -> bool:
    """Tell whether it is the body of a class, before Python 3, that is on top and called."""
    top = stack.top()
    body = isinstance(top, Function) and not top.code.flags & _OPTIMIZED
    return body and not argument and stack.version < _PYTHON3


def _finish(stack: Stack, arguments: list[str], *, places: int) -> None:
    below = [value for value in stack.popped(places) if not isinstance(value, Null)]
    called = below[0] if below else "_"
    given_texts = [stack.spelled(value) for value in below[1:]] + arguments
    stack.push(f"{stack.spelled(called)}({', '.join(given_texts)})")


def _names(value: Operand) -> tuple[str, ...]:
    return tuple(map(str, value.values)) if isinstance(value, Literal) else ()
