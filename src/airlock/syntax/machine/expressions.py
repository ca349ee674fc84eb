"""Follows every kind of expression but calls and comprehensions."""

import ast
from functools import lru_cache
from typing import Any

from airlock.syntax.catalogue import canonical, known_spelling, origin_of
from airlock.syntax.facts import Origin, Source
from airlock.syntax.folding import (
    fold_binary,
    fold_compare,
    fold_format,
    fold_index,
    fold_unary,
)
from airlock.syntax.machine.core import Machine, expression
from airlock.syntax.machine.lookups import attribute, item
from airlock.syntax.machine.protocols import operate
from airlock.syntax.machine.scope import Scope
from airlock.syntax.values import (
    ABSENT,
    HOLE,
    UNKNOWN,
    Closure,
    Value,
    join,
    partly_known,
    sources_of,
)


@expression(ast.Constant)
def _constant(_machine: Machine, node: ast.Constant, _scope: Scope) -> Value:
    return UNKNOWN if isinstance(node.value, type(...) | complex) else Value(node.value)


@expression(ast.Name)
def _name(machine: Machine, node: ast.Name, scope: Scope) -> Value:
    value = scope.look_up(node.id)
    return named(machine, value, node) if value.name else value


def named(machine: Machine, value: Value, node: ast.AST) -> Value:
    """Return a named value with what its name alone says: its text, and where it comes from."""
    if value.const is not ABSENT or value.sources:
        return value
    name, spelled, origin = _told_by(value.name)
    if spelled is not None:
        return Value(spelled) if spelled != "python" else Value(name=name, text=spelled)
    if origin is not None:
        value = value.copy()
        value.sources = frozenset({Source(origin, name, getattr(node, "lineno", 0))})
    return value


@lru_cache(maxsize=16_384)
def _told_by(name: str) -> tuple[str, str | None, Origin | None]:
    """Return what a dotted name says: its one spelling, its text, and the data that it is."""
    if name.endswith(")"):
        return name, None, None
    plain = canonical(name)
    origin = origin_of(plain)
    return plain, known_spelling(plain), origin if origin in _ATTRIBUTE_ORIGINS else None


# Of these the attribute itself is the data; of others it is what a call returns.
_ATTRIBUTE_ORIGINS = (Origin.ENVIRON, Origin.INPUT)


@expression(ast.Attribute)
def _attribute(machine: Machine, node: ast.Attribute, scope: Scope) -> Value:
    found = attribute(machine, machine.evaluate(node.value, scope), node.attr)
    return named(machine, found, node) if found.name else found


@expression(ast.Subscript)
def _subscript(machine: Machine, node: ast.Subscript, scope: Scope) -> Value:
    container = machine.evaluate(node.value, scope)
    if isinstance(node.slice, ast.Slice):
        return _sliced(machine, node.slice, container, scope)
    return item(machine, container, machine.evaluate(node.slice, scope), node)


def _sliced(machine: Machine, node: ast.Slice, container: Value, scope: Scope) -> Value:
    bounds = [
        None if part is None else machine.evaluate(part, scope).const
        for part in (node.lower, node.upper, node.step)
    ]
    if container.const is ABSENT or ABSENT in bounds:
        return Value(text=container.text, sources=container.sources)
    found = Value(fold_index(container.const, slice(*bounds)), sources=container.sources)
    if bounds[2] == -1 and isinstance(container.const, str | bytes):
        found.sources |= {Source(Origin.PAYLOAD, "[::-1]", node.lineno)}
    return found


@expression(ast.BinOp)
def _binary(machine: Machine, node: ast.BinOp, scope: Scope) -> Value:
    # Chains of thousands of terms lean to the left; they are followed without recursion.
    spine = [node]
    while isinstance(spine[-1].left, ast.BinOp):
        spine.append(spine[-1].left)
    value = machine.evaluate(spine[-1].left, scope)
    for link in reversed(spine):
        right = machine.evaluate(link.right, scope)
        found = operate(machine, type(link.op), value, right) if value.body is not None else None
        value = combine(type(link.op), value, right) if found is None else found
    return value


def combine(kind: type[ast.operator], left: Value, right: Value) -> Value:
    """Return what an operator makes of two values."""
    sources = left.sources | right.sources if left.sources or right.sources else left.sources
    if left.const is not ABSENT and right.const is not ABSENT:
        return Value(fold_binary(kind, left.const, right.const), sources=sources)
    if kind is ast.Add:
        if left.parts is not None or right.parts is not None:
            return _concatenated(left, right)
        return partly_known(left.spell() + right.spell(), sources)
    if kind is ast.Div and (left.name or right.name) and (left.text or right.text):
        text = f"{left.spell().rstrip('/')}/{right.spell()}"
        return Value(name="pathlib.Path()", text=text, sources=sources)
    if kind is ast.Mod and isinstance(left.const, str):
        return partly_known(percent(left.const, right), sources_of(left, right))
    if kind is ast.Mult and left.parts and isinstance(right.const, int):
        return left
    return Value(sources=sources_of(left, right)) if sources or right.parts else UNKNOWN


def _concatenated(left: Value, right: Value) -> Value:
    elements = [*elements_of(left), *elements_of(right)]
    return Value(parts=dict(enumerate(elements)), sources=left.sources | right.sources)


def elements_of(value: Value) -> list[Value]:
    """Return the known elements of a sequence; of anything else a list of itself."""
    if isinstance(value.const, list | tuple):
        return [Value(element) for element in value.const]
    if value.parts is not None and value.body is None:
        return list(value.parts.values())
    return [value]


def percent(template: str, right: Value) -> str:
    """Return ``template % right`` with holes where the right side is not known."""
    if isinstance(right.const, dict) or (right.parts and not _is_sequence(right)):
        arguments: Any = {key: part.spell() for key, part in (right.parts or {}).items()}
    else:
        arguments = tuple(element.spell() for element in elements_of(right))
    plain = template.replace("%d", "%s").replace("%i", "%s").replace("%r", "%s")
    folded = fold_binary(ast.Mod, plain, arguments)
    return folded if isinstance(folded, str) else template


def _is_sequence(value: Value) -> bool:
    return bool(value.parts) and all(isinstance(key, int) for key in value.parts or ())


@expression(ast.UnaryOp)
def _unary(machine: Machine, node: ast.UnaryOp, scope: Scope) -> Value:
    value = machine.evaluate(node.operand, scope)
    if value.sure is ABSENT:
        return UNKNOWN
    return Value(fold_unary(type(node.op), value.const), sources=value.sources)


@expression(ast.BoolOp)
def _either(machine: Machine, node: ast.BoolOp, scope: Scope) -> Value:
    found = machine.evaluate(node.values[0], scope)
    for value in node.values[1:]:
        found = join(found, machine.evaluate(value, scope))
    return found


@expression(ast.IfExp)
def _conditional(machine: Machine, node: ast.IfExp, scope: Scope) -> Value:
    test = machine.evaluate(node.test, scope)
    first = machine.evaluate(node.body, scope)
    second = machine.evaluate(node.orelse, scope)
    if test.sure is not ABSENT:
        return first if test.const else second
    return join(first, second)


@expression(ast.Compare)
def _compare(machine: Machine, node: ast.Compare, scope: Scope) -> Value:
    left = machine.evaluate(node.left, scope).sure
    outcome: Any = True
    for kind, right_node in zip(node.ops, node.comparators, strict=True):
        right = machine.evaluate(right_node, scope).sure
        if left is ABSENT or right is ABSENT or outcome is ABSENT:
            outcome = ABSENT
        elif outcome:
            outcome = fold_compare(type(kind), left, right)
        left = right
    return UNKNOWN if outcome is ABSENT else Value(outcome)


@expression(ast.JoinedStr)
def _f_string(machine: Machine, node: ast.JoinedStr, scope: Scope) -> Value:
    pieces = [machine.evaluate(part, scope) for part in node.values]
    sources = sources_of(*pieces)
    if all(isinstance(piece.const, str) for piece in pieces):
        return Value("".join(piece.const for piece in pieces), sources=sources)
    return partly_known("".join(piece.spell() for piece in pieces), sources)


@expression(ast.FormattedValue)
def _field(machine: Machine, node: ast.FormattedValue, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    spec = machine.evaluate(node.format_spec, scope).const if node.format_spec else ""
    if value.const is ABSENT or not isinstance(spec, str):
        return Value(text=value.spell(), sources=sources_of(value))
    return Value(fold_format(value.const, node.conversion, spec), sources=value.sources)


@expression(ast.List, ast.Tuple, ast.Set)
def _sequence(machine: Machine, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Value:
    if all(type(element) is ast.Constant for element in node.elts):
        plain = [element.value for element in node.elts]  # type: ignore[attr-defined]
        return Value(tuple(plain) if isinstance(node, ast.Tuple) else plain)
    elements: list[Value] = []
    for element in node.elts:
        if isinstance(element, ast.Starred):
            elements.extend(elements_of(machine.evaluate(element.value, scope)))
        else:
            elements.append(machine.evaluate(element, scope))
    if all(element.const is not ABSENT and not element.sources for element in elements):
        constants = [element.const for element in elements]
        return Value(tuple(constants) if isinstance(node, ast.Tuple) else constants)
    return Value(parts=dict(enumerate(elements)))


@expression(ast.Dict)
def _dict(machine: Machine, node: ast.Dict, scope: Scope) -> Value:
    if all(map(_is_plain, node.keys)) and all(map(_is_plain, node.values)):
        # Tables of thousands of entries are common.
        plain = {key.value: value.value for key, value in zip(node.keys, node.values, strict=True)}  # type: ignore[union-attr, attr-defined]
        return Value(plain)
    parts: dict[Any, Value] = {}
    for place, (key_node, value_node) in enumerate(zip(node.keys, node.values, strict=True)):
        value = machine.evaluate(value_node, scope)
        if key_node is None:
            parts.update(value.parts or {f"**{place}": value})
            continue
        key = machine.evaluate(key_node, scope)
        known = isinstance(key.const, str | bytes | int | float | bool | None)
        parts[key.const if known else f"{HOLE}{place}"] = value.tainted(key.sources)
    if all(part.const is not ABSENT and not part.sources for part in parts.values()) and all(
        not isinstance(key, str) or not key.startswith((HOLE, "**")) for key in parts
    ):
        return Value({key: part.const for key, part in parts.items()})
    return Value(parts=parts)


def _is_plain(node: ast.expr | None) -> bool:
    """Tell a constant that the machine knows, and that cannot be taken for a mark of its own."""
    if type(node) is not ast.Constant or isinstance(node.value, type(...) | complex):
        return False
    return not isinstance(node.value, str) or not node.value.startswith((HOLE, "**"))


@expression(ast.Lambda)
def _lambda(machine: Machine, node: ast.Lambda, scope: Scope) -> Value:
    closure = Closure(node, scope, machine)
    machine.closures.append(closure)
    return Value(name="<lambda>", body=closure)


@expression(ast.NamedExpr)
def _walrus(machine: Machine, node: ast.NamedExpr, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    if isinstance(node.target, ast.Name):
        scope.bind(node.target.id, value)
    return value


@expression(ast.Await, ast.Starred)
def _inner(machine: Machine, node: ast.Await | ast.Starred, scope: Scope) -> Value:
    return machine.evaluate(node.value, scope)


@expression(ast.Yield, ast.YieldFrom)
def _yield(machine: Machine, node: ast.Yield | ast.YieldFrom, scope: Scope) -> Value:
    value = machine.evaluate(node.value, scope)
    if machine.returns:
        machine.returns[-1].append(value)
    return UNKNOWN


@expression(ast.Slice)
def _slice(_machine: Machine, _node: ast.Slice, _scope: Scope) -> Value:
    return UNKNOWN
