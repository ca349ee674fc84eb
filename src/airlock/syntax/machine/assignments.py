"""Assignments: to names, attributes, items and tuples of them."""

import ast
from typing import Any

from airlock.syntax.facts import Origin, Source
from airlock.syntax.machine.core import Machine, statement
from airlock.syntax.machine.expressions import combine
from airlock.syntax.machine.scope import Scope
from airlock.syntax.values import ABSENT, UNKNOWN, ClassBody, Closure, Value, sources_of


@statement(ast.Assign)
def _assign(machine: Machine, node: ast.Assign, scope: Scope) -> None:
    value = machine.evaluate(node.value, scope)
    for target in node.targets:
        assign(machine, target, value, scope)


@statement(ast.AnnAssign)
def _annotated(machine: Machine, node: ast.AnnAssign, scope: Scope) -> None:
    if node.value is not None:
        assign(machine, node.target, machine.evaluate(node.value, scope), scope)


@statement(ast.AugAssign)
def _augmented(machine: Machine, node: ast.AugAssign, scope: Scope) -> None:
    before = machine.evaluate(_loaded(node.target), scope)
    value = combine(type(node.op), before, machine.evaluate(node.value, scope))
    assign(machine, node.target, value, scope)


def _loaded(target: ast.expr) -> ast.expr:
    # The context of a node makes no difference to ``evaluate``.
    return target


def assign(machine: Machine, target: ast.expr, value: Value, scope: Scope) -> None:
    """Let a target stand for a value."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, value)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(machine, target.elts, value, scope)
    elif isinstance(target, ast.Starred):
        assign(machine, target.value, value, scope)
    elif isinstance(target, ast.Attribute):
        owner = machine.evaluate(target.value, scope)
        replaced(machine, owner, target.attr, value, target)
        _assign_attribute(owner, target.attr, value)
    elif isinstance(target, ast.Subscript):
        container = machine.evaluate(target.value, scope)
        store(container, machine.evaluate(target.slice, scope).const, value)


def _unpack(machine: Machine, targets: list[ast.expr], value: Value, scope: Scope) -> None:
    starred = any(isinstance(target, ast.Starred) for target in targets)
    for place, target in enumerate(targets):
        element = UNKNOWN if starred else _element(value, place)
        if element is UNKNOWN:
            sources = sources_of(value)
            mark = f"{value.name}[]" if value.name else ""
            element = Value(name=mark, sources=sources) if sources or mark else UNKNOWN
        assign(machine, target, element, scope)


def _element(value: Value, place: int) -> Value:
    const = value.const
    if isinstance(const, str | bytes | list | tuple) and place < len(const):
        return Value(const[place], sources=value.sources)
    if value.parts is not None and value.body is None:
        return value.parts.get(place, UNKNOWN)
    return UNKNOWN


def replaced(machine: Machine, owner: Value, name: str, value: Value, node: ast.AST) -> None:
    """Take note of a function put in the place of another package's: it sees what that is given."""
    if not isinstance(value.body, Closure) or owner.body is not None or not owner.name:
        return
    own = owner.parts is not None and "__file__" in owner.parts
    root = owner.name.partition(".")[0]
    if not own and not owner.name.endswith((")", "]")) and root not in _CALLED_BACK:
        source = Source(Origin.ENTRUSTED, f"{owner.name}.{name}", getattr(node, "lineno", 0))
        machine.replaced.append((value.body, source))


# What these have is meant to be replaced, and is told nothing of its callers' secrets.
_CALLED_BACK = frozenset("sys threading warnings signal logging asyncio json atexit gc".split())


def _assign_attribute(owner: Value, name: str, value: Value) -> None:
    if isinstance(owner.body, ClassBody) and not owner.name.endswith(")"):
        owner.body.attributes[name] = value
    elif owner is not UNKNOWN and (owner.body is not None or owner.name):
        if owner.parts is None:
            owner.parts = {}
        owner.parts[name] = value


def store(container: Value, key: Any, value: Value) -> None:
    """Let an item of a container stand for a value; the container changes in place."""
    if container is UNKNOWN:
        return
    hashable = isinstance(key, str | bytes | int | float | bool | None)
    if value.const is not ABSENT and not value.sources and hashable:
        if isinstance(container.const, dict):
            container.const[key] = value.const
            return
        if isinstance(container.const, list) and isinstance(key, int):
            if -len(container.const) <= key < len(container.const):
                container.const[key] = value.const
            return
    loosen(container)
    if container.parts is not None:
        container.parts[key if hashable else f"{{}}{len(container.parts)}"] = value
    else:
        container.sources |= sources_of(value)


def loosen(container: Value) -> None:
    """Make a constant list or dict into one whose elements may be known in part."""
    const = container.const
    if isinstance(const, dict):
        container.parts = {key: Value(part) for key, part in const.items()}
        container.const = ABSENT
    elif isinstance(const, list):
        container.parts = {place: Value(part) for place, part in enumerate(const)}
        container.const = ABSENT
