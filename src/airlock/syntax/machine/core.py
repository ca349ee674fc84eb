"""The machine that reads code: it follows values through statements without running any.

Every statement is visited once, whatever conditions say; loops over known values and calls of known
functions are followed more precisely while ``Budget`` lasts, so that hand-made decoders come out as
what they decode. The work is linear in the code plus the budget.

- Nothing of the code is run: constants are folded by ``folding`` and ``decoders`` only.
- A path that is certain not to be taken is walked in a copy of its scope: its acts count, its
  assignments do not.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from airlock.archive.declared import Declared
from airlock.syntax.facts import Act, Context, Deed, Gap, Source
from airlock.syntax.machine.scope import Scope
from airlock.syntax.values import UNKNOWN, ClassBody, Closure, Value

_LONGEST_LINE = 240


class Flow(enum.Enum):
    """How a list of statements ended, where that is certain."""

    NEXT = "next"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"


class Budget:
    """How much more precisely than once a program is followed.

    Following every statement once is owed and costs nothing; what is followed in further rounds of
    a loop, or inside a call, is paid for by the statement.
    """

    def __init__(self, steps: int, when_called: int) -> None:
        self._steps = steps
        self._when_called = when_called
        """For code that somebody has to start: it must not use up what imports need."""
        self.calls = 0
        """Calls that are being followed, one inside the other."""
        self.extra = 0
        """Calls and further rounds of loops that are being followed, one inside the other."""

    def spend(self, context: Context, steps: int = 1) -> bool:
        """Take steps; tell whether there were any left."""
        if context < Context.IMPORT:
            self._when_called -= steps
            return self._when_called > 0
        self._steps -= steps
        return self._steps > 0


class Host(Protocol):
    """What a machine asks of the program around it."""

    budget: Budget

    def module(self, name: str, level: int, importer: str, context: Context) -> Scope | None:
        """Return the scope of a module of the artifact, read first if need be."""

    def module_at(self, path: str, reader: str, context: Context) -> Scope | None:
        """Return the scope of a module of the artifact by its file, read first if need be."""

    def own_file(self, path: str, reader: str) -> bytes | None:
        """Return a file of the artifact that code reads from its own tree."""

    def peel(self, payload: str | bytes, machine: Machine, line: int, scope: Scope) -> Value:
        """Read data that is executed as code, in the scope that executes it.

        Returns:
            what it stands for, if it is one expression.
        """

    def interesting(self, path: str, node: ast.AST, *, acting: bool = False) -> bool:
        """Tell whether the prefilter saw a word in the lines of a node.

        Args:
            path: of the text that the node is from.
            node: a function.
            acting: only words count by which code may act.
        """

    def act(self, act: Act) -> None:
        """Take note of an act."""

    def gap(self, gap: Gap) -> None:
        """Take note of code that could not be followed."""

    def need(self, requirement: Declared) -> None:
        """Take note of a requirement that code declares."""


class Machine:
    """Reads one source text.

    Args:
        host: the program that the text belongs to.
        path: of the member, with ``!/`` and the layer behind it.
        text: the source.
        context: when its top level runs.
        depth: how many layers were peeled to get here.
        is_main: True if ``__name__`` is ``"__main__"`` when it runs.
    """

    MOST_LAYERS = 5
    """Code inside code that is read; deeper layers are acts only."""

    def __init__(
        self,
        host: Host,
        path: str,
        text: str,
        context: Context,
        *,
        depth: int = 0,
        is_main: bool = False,
    ) -> None:
        self.host = host
        self.path = path
        self.lines: Sequence[str] = text.split("\n")
        self.context = context
        self.depth = depth
        self.is_main = is_main
        self.scope = Scope()
        """The module's."""
        self.closures: list[Closure] = []
        """Every function made so far."""
        self.classes: list[ClassBody] = []
        """Every class made so far."""
        self.commands: list[Value] = []
        """Classes that setuptools will run."""
        self.replaced: list[tuple[Closure, Source]] = []
        """Functions that others call with something of note, as those put in the place of another
        package's, and where that comes from."""
        self.returns: list[list[Value]] = []
        """What the functions that are being followed returned so far, the innermost last."""
        self.walked: set[ast.AST] = set()
        """Statements of paths not taken that were walked already."""
        self.certain = True
        """False inside a branch that may not be taken."""

    def evaluate(self, node: ast.expr | None, scope: Scope) -> Value:
        """Return what is known of an expression."""
        return EXPRESSIONS[type(node)](self, node, scope)

    def execute(self, body: Sequence[ast.stmt], scope: Scope) -> Flow:
        """Follow statements in order."""
        if self.host.budget.extra:
            self.host.budget.spend(self.context, len(body))
        for place, node in enumerate(body):
            try:
                flow = STATEMENTS[type(node)](self, node, scope)
            except RecursionError:
                self.unfollowed(node, "nested too deeply to be followed")
                continue
            if flow is not None and flow is not Flow.NEXT and self.certain:
                self.walk_dead(body[place + 1 :], scope)
                return flow
        return Flow.NEXT

    def walk_dead(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Walk statements that are not reached: once, and without a trace in the scope."""
        fresh = [node for node in body if node not in self.walked]
        if fresh:
            self.walked.update(fresh)
            before, self.certain = self.certain, False
            self.execute(fresh, scope.fork())
            self.certain = before

    def interesting(self, node: ast.AST, *, acting: bool = False) -> bool:
        """Tell whether the prefilter saw a word in the lines of a node."""
        return self.host.interesting(self.path, node, acting=acting)

    def let_go(self) -> None:
        """Forget everything, so that what was known is freed at once: it refers to itself."""
        for closure in self.closures:
            closure.scope.names.clear()
            closure.owner = closure.gave = None
        for body in self.classes:
            body.attributes.clear()
            body.instance.body = body.instance.parts = None
        self.scope.names.clear()
        self.closures.clear()
        self.classes.clear()
        self.commands.clear()
        self.replaced.clear()

    def unfollowed(self, node: ast.AST, reason: str) -> None:
        """Take note of code that could not be followed."""
        line = getattr(node, "lineno", 0)
        self.host.gap(Gap(path=self.path, line=line, reason=reason, context=self.context))

    def source_line(self, line: int) -> str:
        """Return the code of a line, cut to a readable size."""
        if not 1 <= line <= len(self.lines):
            return ""
        text = self.lines[line - 1].strip()
        return text if len(text) <= _LONGEST_LINE else f"{text[: _LONGEST_LINE - 1]}…"

    def act(
        self,
        deed: Deed,
        node: ast.AST,
        scope: Scope,
        target: str,
        *,
        text: str = "",
        sources: frozenset[Source] = frozenset(),
        evidence: str = "",
        options: frozenset[str] = frozenset(),
    ) -> None:
        """Take note of what the code does."""
        line = getattr(node, "lineno", 0)
        self.host.act(
            Act(
                deed=deed,
                path=self.path,
                line=line,
                context=self.context,
                target=target,
                text=text,
                sources=tuple(sorted(sources)),
                evidence=evidence or self.source_line(line),
                scope=scope.qualname,
                options=options,
            )
        )


Expression = Callable[[Machine, Any, Scope], Value]
Statement = Callable[[Machine, Any, Scope], Flow | None]


def _unknown(_machine: Machine, _node: ast.expr | None, _scope: Scope) -> Value:
    return UNKNOWN


def _nothing(_machine: Machine, _node: ast.stmt, _scope: Scope) -> None:
    return None


EXPRESSIONS: dict[type, Expression] = dict.fromkeys(
    (type(None), *ast.expr.__subclasses__()), _unknown
)
"""Filled by ``expressions``, ``comprehensions`` and ``calls``."""
STATEMENTS: dict[type, Statement] = dict.fromkeys(ast.stmt.__subclasses__(), _nothing)
"""Filled by ``statements``, ``loops``, ``definitions`` and ``imports``."""


def expression(*kinds: type[ast.AST]) -> Callable[[Expression], Expression]:
    """Let a function evaluate expressions of some kinds."""

    def register(handler: Expression) -> Expression:
        EXPRESSIONS.update(dict.fromkeys(kinds, handler))
        return handler

    return register


def statement(*kinds: type[ast.AST]) -> Callable[[Statement], Statement]:
    """Let a function follow statements of some kinds."""

    def register(handler: Statement) -> Statement:
        STATEMENTS.update(dict.fromkeys(kinds, handler))
        return handler

    return register
