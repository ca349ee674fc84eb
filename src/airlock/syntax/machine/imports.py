"""Import statements: of modules of the artifact, and of all others by name."""

import ast

from airlock.syntax.machine.core import Machine, statement
from airlock.syntax.machine.scope import Scope
from airlock.syntax.values import Value


@statement(ast.Import)
def _import(machine: Machine, node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        found = import_module(machine, alias.name)
        if alias.asname:
            scope.bind(alias.asname, found)
        else:
            first = alias.name.partition(".")[0]
            own = machine.host.module(first, 0, machine.path, machine.context)
            scope.bind(first, Value(name=first, parts=own.names if own else None))


@statement(ast.ImportFrom)
def _import_from(machine: Machine, node: ast.ImportFrom, scope: Scope) -> None:
    base = node.module or ""
    own = machine.host.module(base, node.level, machine.path, machine.context)
    for alias in node.names:
        if alias.name == "*":
            _star(base, own, scope)
            continue
        value = own.names.get(alias.name) if own is not None else None
        if value is None and (node.level or own is not None):
            dotted = f"{base}.{alias.name}" if base else alias.name
            inner = machine.host.module(dotted, node.level, machine.path, machine.context)
            value = Value(name=dotted, parts=inner.names) if inner is not None else None
        if value is None:
            value = Value(name=f"{base}.{alias.name}" if base else alias.name)
        scope.bind(alias.asname or alias.name, value)


def _star(base: str, own: Scope | None, scope: Scope) -> None:
    if own is None:
        scope.module.stars.append(base)
        return
    for name, value in list(own.names.items()):
        if not name.startswith("_"):
            scope.bind(name, value)
    scope.module.stars.extend(own.stars)


def import_module(machine: Machine, name: str) -> Value:
    """Return a module by its absolute name."""
    own = machine.host.module(name, 0, machine.path, machine.context)
    return Value(name=name, parts=own.names if own is not None else None)
