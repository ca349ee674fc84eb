"""Loops and comprehensions: over known values element by element, over others once."""

import ast
from collections.abc import Iterator
from typing import Any

from airlock.syntax.machine.assignments import assign
from airlock.syntax.machine.core import Flow, Machine, expression, statement
from airlock.syntax.machine.scope import Scope
from airlock.syntax.values import ABSENT, UNKNOWN, Value, sources_of

_MOST_ROUNDS = 20_000
"""Of one loop over known values. A decoder of a longer payload shows its beginning."""


@statement(ast.For, ast.AsyncFor)
def _for(machine: Machine, node: ast.For | ast.AsyncFor, scope: Scope) -> Flow | None:
    over = machine.evaluate(node.iter, scope)
    flow = Flow.NEXT
    rounds = 0
    for element in elements(machine, over):
        rounds += 1
        assign(machine, node.target, element, scope)
        flow = machine.execute(node.body, scope)
        if flow in (Flow.BREAK, Flow.RETURN):
            break
    if not rounds:
        assign(machine, node.target, Value(sources=sources_of(over)), scope)
        machine.walk_dead(node.body, scope)
    machine.execute(node.orelse, scope)
    return flow if flow is Flow.RETURN else Flow.NEXT


@statement(ast.While)
def _while(machine: Machine, node: ast.While, scope: Scope) -> Flow | None:
    rounds = 0
    budget = machine.host.budget
    while rounds < _MOST_ROUNDS:
        test = machine.evaluate(node.test, scope).sure
        if test is not ABSENT and not test:
            break
        budget.extra += rounds > 0
        flow = machine.execute(node.body, scope)
        budget.extra -= rounds > 0
        rounds += 1
        if flow is Flow.RETURN:
            return flow
        # An unknown or endless condition is followed twice, so that what a round leaves behind
        # reaches the top of the next.
        settled = test is ABSENT or isinstance(node.test, ast.Constant)
        if flow is Flow.BREAK or (settled and rounds > 1) or not budget.spend(machine.context):
            break
    if not rounds:
        machine.walk_dead(node.body, scope)
    machine.execute(node.orelse, scope)
    return Flow.NEXT


def elements(machine: Machine, over: Value) -> Iterator[Value]:
    """Iterate over the known elements of a value; over an unknown one there is a single round."""
    known = known_elements(machine, over)
    if known is None:
        yield Value(name=f"{over.name}[]" if over.name else "", sources=sources_of(over))
        return
    budget = machine.host.budget
    for rounds, element in enumerate(known):
        # The first round is owed; further ones are precision.
        if not rounds:
            yield element
        elif rounds >= _MOST_ROUNDS or not budget.spend(machine.context):
            return
        else:
            budget.extra += 1
            try:
                yield element
            finally:
                budget.extra -= 1


def known_elements(machine: Machine, over: Value) -> list[Value] | None:
    """Return the elements of a value, also the lines of an open file of the artifact."""
    if over.name != "open()" or not over.text:
        return iterable(over)
    content = machine.host.own_file(over.text, machine.path)
    if content is None:
        return None
    lines = content.decode("utf-8", "replace").splitlines(keepends=True)
    return [Value(line, sources=over.sources) for line in lines]


def iterable(value: Value) -> list[Value] | None:
    """Return the elements of a value, or ``None`` if they are not known."""
    const: Any = value.const
    if isinstance(const, str | list | tuple | dict):
        return [Value(element, sources=value.sources) for element in const]
    if isinstance(const, bytes | bytearray):
        return [Value(byte, sources=value.sources) for byte in const]
    if value.parts is not None and value.body is None and value.parts:
        if all(isinstance(key, int) for key in value.parts):
            return list(value.parts.values())
        return [Value(key) for key in value.parts]
    return None


@expression(ast.ListComp, ast.GeneratorExp, ast.SetComp)
def _comprehension(
    machine: Machine, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, scope: Scope
) -> Value:
    found: list[Value] = []
    exact = _rounds(
        machine,
        node.generators,
        Scope(scope, scope.qualname),
        lambda inner: found.append(machine.evaluate(node.elt, inner)),
    )
    if exact and all(value.const is not ABSENT for value in found):
        return Value([value.const for value in found], sources=sources_of(*found[:64]))
    if exact:
        return Value(parts=dict(enumerate(found)))
    return Value(sources=sources_of(*found), text=found[0].spell() if len(found) == 1 else "")


@expression(ast.DictComp)
def _dict_comprehension(machine: Machine, node: ast.DictComp, scope: Scope) -> Value:
    pairs: list[tuple[Value, Value]] = []

    def add(inner: Scope) -> None:
        key = machine.evaluate(node.key, inner)
        pairs.append((key, machine.evaluate(node.value, inner)))

    exact = _rounds(machine, node.generators, Scope(scope, scope.qualname), add)
    plain = all(isinstance(key.const, str | bytes | int) for key, _ in pairs)
    if exact and plain and all(value.const is not ABSENT for _, value in pairs):
        return Value({key.const: value.const for key, value in pairs})
    if exact and plain:
        return Value(parts={key.const: value for key, value in pairs})
    return Value(sources=sources_of(*(part for pair in pairs for part in pair)))


def _rounds(
    machine: Machine, generators: list[ast.comprehension], scope: Scope, innermost: Any
) -> bool:
    """Go through nested ``for`` clauses; tell whether everything on the way was known."""
    if not generators:
        innermost(scope)
        return True
    first, rest = generators[0], generators[1:]
    over = machine.evaluate(first.iter, scope)
    exact = known_elements(machine, over) is not None
    rounds = 0
    for element in elements(machine, over):
        rounds += 1
        assign(machine, first.target, element, scope)
        tests = [machine.evaluate(test, scope).sure for test in first.ifs]
        if exact and any(test is not ABSENT and not test for test in tests):
            continue
        exact = exact and ABSENT not in tests
        exact = _rounds(machine, rest, scope, innermost) and exact
    if not rounds:
        assign(machine, first.target, UNKNOWN, scope)
        _rounds(machine, rest, scope, innermost)
        return False
    return exact
