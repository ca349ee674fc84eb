"""What instructions load: constants, names, attributes, modules and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airlock.binary.operands import Function, Import, Null, Operand, acts, usable

if TYPE_CHECKING:
    from airlock.binary.stack import Stack

# From these versions on, the lowest bit of an argument asks for a free place for ``self``.
_METHOD_FLAG_SINCE, _GLOBAL_FLAG_SINCE = (3, 12), (3, 11)
# From then on that place is on top of the function, not below it.
_SELF_ON_TOP_SINCE = (3, 13)
_FLAGGED_DEFAULTS_SINCE = (3, 6)
_PAIRS = frozenset({"LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW"})


def load(stack: Stack, name: str, argument: int) -> None:
    """Apply an instruction whose name begins with ``LOAD_``."""
    if name == "LOAD_CONST":
        stack.push(stack.constant(argument))
    elif name in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SPECIAL") or name.startswith("LOAD_SUPER"):
        _attribute(stack, name, argument)
    elif name in _PAIRS:
        stack.push(stack.variable(argument >> 4))
        stack.push(stack.variable(argument & 15))
    elif name.startswith("LOAD_FAST"):
        stack.push(stack.variable(argument))
    elif name in ("LOAD_DEREF", "LOAD_CLOSURE", "LOAD_CLASSDEREF"):
        stack.push(stack.cell(argument))
    elif name in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"):
        _name(stack, name, argument)
    elif name == "LOAD_BUILD_CLASS":
        stack.push("__build_class__")
    else:
        stack.push(str(argument) if name == "LOAD_SMALL_INT" else "_")


def _name(stack: Stack, name: str, argument: int) -> None:
    stack.drop(name == "LOAD_FROM_DICT_OR_GLOBALS")
    flagged = name == "LOAD_GLOBAL" and stack.version >= _GLOBAL_FLAG_SINCE
    method = flagged and bool(argument & 1)
    _push_callable(stack, usable(stack.name(argument >> flagged)), null=method)


def _attribute(stack: Stack, name: str, argument: int) -> None:
    if name.startswith("LOAD_SUPER"):
        stack.drop(3)
        attribute = usable(stack.name(argument >> 2))
        _push_callable(stack, f"super().{attribute}", null=bool(argument & 1))
        return
    flagged = name == "LOAD_ATTR" and stack.version >= _METHOD_FLAG_SINCE
    method = bool(argument & 1) if flagged else name != "LOAD_ATTR"
    if isinstance(stack.top(), Import) and not method:
        return  # the last part of ``import a.b as c``
    attribute = "__enter__" if name == "LOAD_SPECIAL" else usable(stack.name(argument >> flagged))
    _push_callable(stack, f"{stack.text()}.{attribute}", null=method)


def _push_callable(stack: Stack, text: str, *, null: bool) -> None:
    """Push what may be called, with a free place for ``self`` in its order."""
    if not null:
        stack.push(text)
        return
    pair: list[Operand] = [Null(), text]
    for value in reversed(pair) if stack.version >= _SELF_ON_TOP_SINCE else pair:
        stack.push(value)


def make(stack: Stack, name: str, argument: int) -> None:
    """Apply an instruction that imports something or makes a function."""
    if name == "IMPORT_NAME":
        listed = stack.text() != "None"
        level = stack.text()
        dots = "." * min(int(level), 20) if level.isdigit() else ""
        stack.push(Import(dots + stack.name(argument), listed=listed))
    elif name == "IMPORT_FROM":
        module = stack.top()
        if isinstance(module, Import):
            attribute = usable(stack.name(argument)) if module.listed else ""
            stack.push(Import(module.module, attribute, module.listed))
    elif name == "SET_FUNCTION_ATTRIBUTE":
        function = stack.pop()
        _keep(function, stack.popped(1))
        stack.push(function)
    elif name in ("MAKE_FUNCTION", "MAKE_CLOSURE"):
        _make_function(stack, name, argument)


def _make_function(stack: Stack, name: str, argument: int) -> None:
    function = stack.pop()
    if not isinstance(function, Function):
        function = stack.pop()  # the qualified name, from 3.3 to 3.10, was on top
    if stack.version >= _FLAGGED_DEFAULTS_SINCE:
        count = argument.bit_count() if stack.version < _SELF_ON_TOP_SINCE else 0
    else:
        count = (argument & 255) + 2 * (argument >> 8 & 255) + (name == "MAKE_CLOSURE")
    _keep(function, stack.popped(count))
    stack.push(function)


def _keep(function: Operand, values: list[Operand]) -> None:
    if isinstance(function, Function):
        function.given.extend(value for value in values if isinstance(value, str) and acts(value))
