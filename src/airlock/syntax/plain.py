"""Texts for ``eval`` that are no code of their own: names, literals, and operations on such."""

import ast

from airlock.syntax.machine import Machine, Scope
from airlock.syntax.values import Value

LONGEST_EXPRESSION = 300
"""Bytes of a text that may be one."""


def plain_expression(data: bytes, machine: Machine, scope: Scope) -> Value | None:
    """Return what a name, a literal or an operation on such stands for: it is no layer.

    Obfuscators spell every name of a program as a text for ``eval``.
    """
    try:
        body = ast.parse(data.decode("utf-8", "replace").strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if any(not isinstance(node, _PLAIN_NODES) for node in ast.walk(body)):
        return None
    return machine.evaluate(body, scope)


_PLAIN_NODES = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.Slice),
    *(ast.operator, ast.unaryop, ast.expr_context),
)
