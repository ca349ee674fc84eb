"""Follows values through code without running any of it."""

from airlock.syntax.machine import (
    assignments,
    calls,
    definitions,
    expressions,
    imports,
    loops,
    statements,
)
from airlock.syntax.machine.core import Budget, Host, Machine
from airlock.syntax.machine.definitions import enter_commands, enter_rest
from airlock.syntax.machine.scope import Scope

# Importing them registers what they follow.
_REGISTERED = (assignments, calls, definitions, expressions, imports, loops, statements)

__all__ = ["Budget", "Host", "Machine", "Scope", "enter_commands", "enter_rest"]
