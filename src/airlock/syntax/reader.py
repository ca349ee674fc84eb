"""Reads the units of an artifact in order, and is the program around the machines that do it.

Order of work: what runs at build and start-up first, then imports, scripts and the rest, so that
the budget goes where it matters. A file without a word of interest is scanned but not parsed,
unless code of interest imports it.

- Every file is looked at whole, or there is a ``Gap``.
- Nothing here does I/O but reading members of an opened archive.
"""

import ast
import hashlib
from collections.abc import Iterator

from airlock.archive.declared import Declared
from airlock.archive.interface import Reading
from airlock.syntax.catalogue import is_notable
from airlock.syntax.facts import Act, Context, Gap
from airlock.syntax.library import Library
from airlock.syntax.machine import Budget, Machine, Scope, enter_commands, enter_rest
from airlock.syntax.notes import Notes
from airlock.syntax.parsing import Tree, parse
from airlock.syntax.plain import LONGEST_EXPRESSION, plain_expression
from airlock.syntax.program import Program, StartupFile
from airlock.syntax.reach import Unit, entry_points
from airlock.syntax.startup import FORMS, executed_lines
from airlock.syntax.texts import Text, add_names
from airlock.syntax.values import UNKNOWN, Closure, Value
from airlock.syntax.words import NO_HITS, is_word

_STEPS = 120_000
"""Of following code more precisely than once; about a second of work at most."""
_STEPS_WHEN_CALLED = 25_000
_MOST_LAYERS = 100
_LARGEST_PLAIN_LAYER = 20_000
"""Characters of a layer without a word of interest that is followed for the names it binds."""


class Reader:
    """Reads one artifact. The ``Host`` of its machines."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.budget = Budget(_STEPS, _STEPS_WHEN_CALLED)
        self.notes = Notes()
        self.library = Library(reading, self.notes)
        self._peeled: set[bytes] = set()
        self._startup: list[StartupFile] = []
        self._machines: list[Machine] = []

    def read(self) -> Program:
        """Read everything."""
        self.library.collect()
        order = sorted(self.library.texts, key=lambda text: -text.unit.context)
        for text in order:
            if text.machine is None and self._wanted(text):
                self._run_in_order(text, text.unit.context)
        self._start_entry_points()
        for text in order:
            if text.machine is not None:
                enter_rest(text.machine)
        return Program(
            acts=self.notes.acts(),
            mentions=tuple(self.notes.mentions),
            oddities=tuple(self.notes.oddities),
            gaps=tuple(self.notes.gaps),
            startup_files=tuple(self._startup),
            requirements=self.notes.requirements(),
            backends=self.library.layout.backends,
            lines=sum(_lines_of(text) for text in self.library.texts),
            telling=frozenset(path for path, hits in self.library.hits.items() if hits.strong),
        )

    def let_go(self) -> None:
        """Forget everything: a collector that had to find out would take as long as the reading."""
        for machine in self._machines:
            machine.let_go()
        self._machines.clear()
        self.library.texts.clear()
        self.library.modules.clear()

    def _wanted(self, text: Text) -> bool:
        """Tell whether a unit is parsed for its own sake.

        Of what is dormant, only what both brings data in and runs something is followed; the rest
        is scanned, and followed as soon as code that is not dormant imports it.
        """
        if text.unit.context is Context.DORMANT:
            return text.hits.combined
        if text.hits.strong or text.unit.context is Context.BUILD or text.unit.form in FORMS:
            return True
        return self.library.sets_off(text)

    def _run_in_order(self, text: Text, context: Context) -> None:
        """Follow the top level of a unit, after those of everything that it imports.

        Imports are followed before they are met, because nesting them would nest the machine.
        """
        begun = {id(text)}
        stack = [(text, context, self._imports(text, context))]
        while stack:
            current, its_context, imports = stack[-1]
            found = next((one for one in imports if id(one) not in begun), None)
            if found is not None:
                begun.add(id(found))
                inner = max(found.unit.context, its_context)
                stack.append((found, inner, self._imports(found, inner)))
                continue
            stack.pop()
            if current.machine is None:
                self._run(current, its_context)

    def _imports(self, text: Text, context: Context) -> Iterator[Text]:
        """Iterate over the units that a unit imports and that are followed for it."""
        if text.unit.form == "script":
            return
        for one in text.imports:
            found = self.library.imported(one, text)
            if found is not None and found.machine is None and self._followed(found, context):
                yield found

    def _followed(self, text: Text, context: Context) -> bool:
        if text.unit.context is Context.DORMANT and context is Context.DORMANT:
            return self._wanted(text)
        return text.hits.strong or text.is_companion

    def _run(self, text: Text, context: Context) -> None:
        """Follow the top level of a unit."""
        unit = text.unit
        source = text.source.text
        if unit.form in FORMS:
            source, startup = executed_lines(unit, source)
            self._startup.append(startup)
        elif unit.form == "script" and not _is_python(source):
            return
        machine = Machine(self, unit.member.path, source, context, is_main=unit.is_main)
        text.machine, text.scope = machine, machine.scope
        self._machines.append(machine)
        tree = parse(source)
        self.library.note_lost(machine.path, tree.lost, context)
        _introduce(machine, unit, tree)
        machine.execute(tree.module.body, machine.scope)
        names = _notable_names(machine.scope)
        self.library.hits[machine.path] = add_names(text.hits, names, source)
        if context is Context.BUILD:
            enter_commands(machine)

    def _start_entry_points(self) -> None:
        for module, function in entry_points(self.reading):
            text = self.library.modules.get(module)
            if text is not None and text.machine is not None:
                value = text.machine.scope.names.get(function)
                if value is not None and isinstance(value.body, Closure):
                    value.body.owed = max(Context.SCRIPT, value.body.owed or Context.SCRIPT)

    # What machines ask of the program around them.

    def module(self, name: str, level: int, importer: str, context: Context) -> Scope | None:
        """Return the scope of a module of the artifact, read first if need be."""
        text = self.library.module(name, level, importer)
        if text is None:
            return None
        # What is imported under a name made at run time was not run in order.
        if text.machine is None and self._followed(text, context):
            reached = context if context > Context.CALLED else Context.DORMANT
            self._run(text, max(text.unit.context, reached))
        return text.scope

    def module_at(self, path: str, reader: str, context: Context) -> Scope | None:
        """Return the scope of a module of the artifact by its file, read first if need be."""
        text = self.library.at(path, reader)
        if text is None:
            return None
        if text.machine is None:
            self._run(text, max(text.unit.context, context))
        return text.scope

    def own_file(self, path: str, reader: str) -> bytes | None:
        """Return a file of the artifact that code reads from its own tree."""
        return self.library.own_file(path, reader)

    def peel(self, payload: str | bytes, machine: Machine, line: int, scope: Scope) -> Value:
        """Read data that is executed as code, in the scope that executes it."""
        data = payload.encode("utf-8", "replace") if isinstance(payload, str) else payload
        if len(data) <= LONGEST_EXPRESSION and self.budget.spend(machine.context, 2):
            value = plain_expression(data, machine, scope)
            if value is not None:
                return value
        key = hashlib.sha256(data).digest() + bytes([machine.context])
        if key in self._peeled or len(self._peeled) >= _MOST_LAYERS or not data.strip():
            return UNKNOWN
        self._peeled.add(key)
        path = f"{machine.path}!/layer{len(self._peeled)}"
        source, hits = self.library.add_layer(data, path, machine.context)
        if not hits.lines and len(source.text) > _LARGEST_PLAIN_LAYER:
            return UNKNOWN
        inner = Machine(
            self,
            path,
            source.text,
            machine.context,
            depth=machine.depth + 1,
            is_main=machine.is_main,
        )
        self._machines.append(inner)
        inner.scope = scope
        tree = parse(source.text)
        self.library.note_lost(path, tree.lost, machine.context)
        body = tree.module.body
        result = UNKNOWN
        if len(body) == 1 and isinstance(body[0], ast.Expr):
            result = inner.evaluate(body[0].value, scope)
        else:
            inner.execute(body, scope)
        enter_rest(inner)
        return result

    def interesting(self, path: str, node: ast.AST, *, acting: bool = False) -> bool:
        """Tell whether the prefilter saw a word in the lines of a node."""
        first = getattr(node, "lineno", 0)
        last = getattr(node, "end_lineno", first)
        return self.library.hits.get(path, NO_HITS).between(first, last, acting=acting)

    def act(self, act: Act) -> None:
        """Take note of an act."""
        self.notes.act(act)

    def gap(self, gap: Gap) -> None:
        """Take note of code that could not be followed."""
        self.notes.gap(gap)

    def need(self, requirement: Declared) -> None:
        """Take note of a requirement that code declares."""
        self.notes.need(requirement)


def _lines_of(text: Text) -> int:
    """Return how many lines of code somebody installs with a unit."""
    if text.unit.context in {Context.DORMANT, Context.BUILD}:
        return 0
    return text.source.text.count("\n") + 1


def _notable_names(scope: Scope) -> set[str]:
    """Return names by which the prefilter would not know what they stand for."""
    if any(is_notable(f"{star}.{word}") for star in scope.stars for word in _STARRED):
        return {*scope.names, *_STARRED}
    return {
        name
        for name, value in scope.names.items()
        if value.name and value.body is None and not is_word(name) and is_notable(value.name)
    }


# What ``from … import *`` brings that could act.
_STARRED = (
    "system",
    "popen",
    "run",
    "call",
    "Popen",
    "get",
    "post",
    "urlopen",
    "connect",
    "socket",
)


def _is_python(source: str) -> bool:
    first = source.partition("\n")[0]
    return first.startswith("#!") and "python" in first


def _introduce(machine: Machine, unit: Unit, tree: Tree) -> None:
    """Bind the names that every module finds in its scope."""
    names = machine.scope.names
    names["__file__"] = Value(name="__file__", text=unit.member.path)
    names["__name__"] = Value("__main__" if unit.is_main else unit.module)
    body = tree.module.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        names["__doc__"] = Value(body[0].value.value)
