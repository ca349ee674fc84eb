"""Methods that syntax calls: ``with``, operators, the making and the end of objects."""

import ast

from airlock.syntax.machine.core import Machine
from airlock.syntax.machine.definitions import enter
from airlock.syntax.values import UNKNOWN, ClassBody, Closure, Value

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.MatMult: "__matmul__",
    ast.Div: "__truediv__",
    ast.FloorDiv: "__floordiv__",
    ast.Mod: "__mod__",
    ast.Pow: "__pow__",
    ast.LShift: "__lshift__",
    ast.RShift: "__rshift__",
    ast.BitOr: "__or__",
    ast.BitXor: "__xor__",
    ast.BitAnd: "__and__",
}


def call_special(
    machine: Machine, receiver: Value, name: str, arguments: list[Value]
) -> Value | None:
    """Call a special method of an instance; ``None`` if its class is not one that was read."""
    body = receiver.body
    if not isinstance(body, ClassBody) or not receiver.name.endswith(")"):
        return None
    method = body.find(name)
    if method is None or not isinstance(method.body, Closure):
        return None
    return enter(method.body, [receiver, *arguments], {}, machine.context)


def operate(machine: Machine, kind: type[ast.operator], left: Value, right: Value) -> Value | None:
    """Return what the class of the left side makes of an operator, if it says so itself."""
    name = _OPERATORS.get(kind)
    return call_special(machine, left, name, [right]) if name else None


def managed(machine: Machine, manager: Value) -> Value:
    """Enter and leave a context manager; return what ``as`` binds."""
    bound = UNKNOWN
    for name in ("__enter__", "__aenter__", "__exit__", "__aexit__"):
        given = [UNKNOWN] * 3 if "exit" in name else []
        found = call_special(machine, manager, name, given)
        if found is not None and found is not UNKNOWN and not given:
            bound = found
    return manager if bound is UNKNOWN else bound
