"""Branches, blocks and jumps."""

import ast
from collections.abc import Sequence

from airlock.syntax.facts import Context
from airlock.syntax.machine.assignments import assign
from airlock.syntax.machine.core import Flow, Machine, statement
from airlock.syntax.machine.protocols import managed
from airlock.syntax.machine.scope import Scope
from airlock.syntax.values import ABSENT, Value, join


@statement(ast.Expr)
def _expression_statement(machine: Machine, node: ast.Expr, scope: Scope) -> None:
    if type(node.value) is not ast.Constant:
        machine.evaluate(node.value, scope)


@statement(ast.If)
def _if(machine: Machine, node: ast.If, scope: Scope) -> Flow | None:
    if _is_main_guard(node.test):
        _guarded(machine, node, scope)
        return None
    test = machine.evaluate(node.test, scope).sure
    if test is not ABSENT:
        taken, other = (node.body, node.orelse) if test else (node.orelse, node.body)
        machine.walk_dead(other, scope)
        return machine.execute(taken, scope)
    _branches(machine, [node.body, node.orelse], scope)
    return None


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == "__main__"
    )


def _guarded(machine: Machine, node: ast.If, scope: Scope) -> None:
    """Follow ``if __name__ == "__main__"``, which runs at import only in the main script."""
    before = machine.context
    if not machine.is_main:
        machine.context = min(before, Context.SCRIPT)
    _branches(machine, [node.body], scope)
    machine.context = before
    _branches(machine, [node.orelse], scope)


def _branches(machine: Machine, branches: Sequence[Sequence[ast.stmt]], scope: Scope) -> None:
    """Follow branches of which any may be taken, and join what they leave behind.

    A single branch may also be skipped: what was there before stays possible.
    """
    certain, machine.certain = machine.certain, False
    before, bound = scope.names, scope.bound
    if machine.host.budget.extra:
        machine.host.budget.spend(machine.context, len(before) >> 4)
    ends: list[tuple[dict[str, Value], set[str]]] = []
    for branch in branches:
        if branch:
            scope.names, scope.bound = dict(before), set()
            machine.execute(branch, scope)
            ends.append((scope.names, scope.bound))
    if len(ends) < 2:  # noqa: PLR2004 - one branch, so there is another that is empty
        ends.append((before, set()))
    changed = set().union(*(names for _, names in ends))
    scope.names, scope.bound = before, bound | changed
    for name in changed:
        found = [end[name] for end, _ in ends if name in end]
        value = found[0]
        for other in found[1:]:
            value = join(value, other)
        before[name] = value
    machine.certain = certain


@statement(ast.With, ast.AsyncWith)
def _with(machine: Machine, node: ast.With | ast.AsyncWith, scope: Scope) -> Flow | None:
    for entered in node.items:
        value = machine.evaluate(entered.context_expr, scope)
        if value.body is not None:
            value = managed(machine, value)
        if entered.optional_vars is not None:
            assign(machine, entered.optional_vars, value, scope)
    return machine.execute(node.body, scope)


@statement(ast.Try, ast.TryStar)
def _try(machine: Machine, node: ast.Try, scope: Scope) -> None:
    certain, machine.certain = machine.certain, False
    machine.execute(node.body, scope)
    for handler in node.handlers:
        if handler.name:
            scope.bind(handler.name, Value())
        _branches(machine, [handler.body], scope)
    machine.execute(node.orelse, scope)
    machine.execute(node.finalbody, scope)
    machine.certain = certain


@statement(ast.Match)
def _match(machine: Machine, node: ast.Match, scope: Scope) -> None:
    machine.evaluate(node.subject, scope)
    _branches(machine, [case.body for case in node.cases], scope)


@statement(ast.Return)
def _return(machine: Machine, node: ast.Return, scope: Scope) -> Flow:
    value = machine.evaluate(node.value, scope)
    if machine.returns and node.value is not None:
        machine.returns[-1].append(value)
    return Flow.RETURN


@statement(ast.Break)
def _break(_machine: Machine, _node: ast.Break, _scope: Scope) -> Flow:
    return Flow.BREAK


@statement(ast.Continue)
def _continue(_machine: Machine, _node: ast.Continue, _scope: Scope) -> Flow:
    return Flow.CONTINUE


@statement(ast.Raise)
def _raise(machine: Machine, node: ast.Raise, scope: Scope) -> None:
    machine.evaluate(node.exc, scope)


@statement(ast.Assert)
def _assert(machine: Machine, node: ast.Assert, scope: Scope) -> None:
    machine.evaluate(node.test, scope)
    machine.evaluate(node.msg, scope)


@statement(ast.Global)
def _global(_machine: Machine, node: ast.Global, scope: Scope) -> None:
    for name in node.names:
        scope.declare(name, scope.module)


@statement(ast.Nonlocal)
def _nonlocal(_machine: Machine, node: ast.Nonlocal, scope: Scope) -> None:
    for name in node.names:
        around = scope.parent
        while around is not None and name not in around.names:
            around = around.parent
        scope.declare(name, around or scope.module)
