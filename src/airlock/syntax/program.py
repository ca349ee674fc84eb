"""Everything of an artifact that an interpreter may run, read once for all checks."""

import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec

from airlock.archive.declared import Declared
from airlock.archive.interface import Reading
from airlock.model import ArtifactName
from airlock.syntax.facts import Act, Context, Deed, Gap, Mention, Oddity

# Of one another; about six for each level of nesting in the code that is followed.
_DEEPEST_CALLS = 12_000


class StartupFile(msgspec.Struct, frozen=True):
    """A ``.pth`` or ``.start`` file: what the interpreter reads whenever it starts."""

    path: str
    context: Context
    lines: tuple[tuple[int, str], ...]
    """Those that are executed: number and text."""


class Program(msgspec.Struct, frozen=True):
    """What is known of the code of an artifact."""

    acts: tuple[Act, ...] = ()
    mentions: tuple[Mention, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    gaps: tuple[Gap, ...] = ()
    startup_files: tuple[StartupFile, ...] = ()
    requirements: tuple[Declared, ...] = ()
    """What ``setup()`` is told that the package needs, as far as it could be computed."""
    backends: tuple[str, ...] = ()
    """Members that are in-tree build backends (PEP 517, ``backend-path``)."""
    lines: int = 0
    """Of code that is not dormant, setup.py left out."""
    telling: frozenset[str] = frozenset()
    """Members with words that an attack needs, by the prefilter."""

    def of(self, *deeds: Deed, least: Context = Context.DORMANT) -> Iterable[Act]:
        """Iterate over acts of some kinds that run at least so readily."""
        return (act for act in self.acts if act.deed in deeds and act.context >= least)

    def mentioned(self, *topics: str, least: Context = Context.DORMANT) -> Iterable[Mention]:
        """Iterate over mentions of some topics in code that runs at least so readily."""
        return (
            mention
            for mention in self.mentions
            if mention.topic in topics and mention.context >= least
        )


def read_program(reading: Reading, name: ArtifactName) -> Program:
    """Read the code of an artifact.

    Whatever the code is, there is a program: what could not be looked at is in its ``gaps``.
    """
    # The parser, the machine and its tables are loaded only for an artifact that is examined.
    from airlock.syntax.reader import Reader

    del name  # the layout is read from the members: names lie
    with _deep(), _uncollected() as collected:
        reader = Reader(reading)
        try:
            return reader.read()
        finally:
            # A process that collects nothing ends with its artifact, and everything with it.
            if collected:
                reader.let_go()


@contextmanager
def _uncollected() -> Iterator[bool]:
    """Keep the garbage collector from walking over large syntax trees again and again.

    Trees have no cycles, and what machines hold is let go of. Tells whether the collector was on.
    Measured on pandas: 9.0 s with the collector, 3.5 s without.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield enabled
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _deep() -> Iterator[None]:
    """Let deeply nested code be followed: an ``elif`` of a long chain lies as deep as it is long.

    The machine is Python all the way down, whose frames do not grow the stack of C (since 3.11).
    Code that is nested deeper still is a gap.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEPEST_CALLS))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
