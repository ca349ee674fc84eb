"""What it means that members of an artifact are not in its source: weighed by what runs them.

A file that nobody runs is context. One that runs when Python starts, at a build, on import or as a
command, and is neither in the tree nor written by a known generator, is what a source match is for:
*high*; surer if it also acts as its counterpart in the tree does not.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from airlock.archive.interface import NESTED
from airlock.model import Confidence, Severity
from airlock.profiles.commands import is_tool
from airlock.profiles.conduct import NETWORK, essence, traits_of
from airlock.profiles.difference import Change, Difference, ordered
from airlock.profiles.making import Examined
from airlock.profiles.pair import DOES, WHEN
from airlock.profiles.pieces import Spelling
from airlock.profiles.ploys import ploys_of
from airlock.profiles.profile import Trait
from airlock.profiles.source.generated import is_compiled_from
from airlock.profiles.source.match import Foreign, Generated
from airlock.profiles.source.running import runs
from airlock.profiles.source.tree import Tree
from airlock.syntax.facts import Context, Deed
from airlock.syntax.program import Program

_SHOWN = 8
_ACTS = NETWORK | {Deed.PROCESS, Deed.PERSIST, Deed.COLLECT, Deed.REDIRECT, Deed.EXECUTE}


class Strangers:
    """The members that are not in the tree, and what is asked about them."""

    def __init__(
        self,
        subject: Examined,
        tree: Tree,
        spelling: Spelling,
        foreign: Iterable[Foreign],
        generated: Iterable[Generated],
    ) -> None:
        self._subject = subject
        self._tree = tree
        self._spelling = spelling
        self.foreign = {one.path: one for one in foreign}
        self.generated = tuple(generated)

    def runs(self, path: str) -> Change | None:
        """Return what kind of change a file is, if something runs it; else ``None``."""
        return runs(path, built=self.is_wheel)

    @property
    def is_wheel(self) -> bool:
        """Whether what is judged is built already."""
        return self._subject.artifact.name.kind.is_built

    def real(self, path: str) -> str:
        """Return the path of a member in the artifact itself."""
        stem = self._spelling.stem
        if path.startswith("*"):
            return stem + path[1:]
        return f"{stem}/{path}" if stem and not self.is_wheel else path

    @cached_property
    def program(self) -> Program:
        """What the foreign members do, and nothing else of the artifact."""
        return _only(self._subject.program, self._spelling, frozenset(self.foreign))

    @cached_property
    def _known(self) -> frozenset[tuple[str, Deed, str, str]]:
        """What the counterparts do in the tree, by their paths."""
        places = frozenset(one.counterpart for one in self.foreign.values() if one.counterpart)
        program = _only(self._tree.examined.program, self._tree.spelling, places)
        return frozenset(
            (self._tree.spelling.of(act.path.partition(NESTED)[0]), *_key(trait))
            for act in program.acts
            for trait in traits_of([act], self._tree.spelling)
        )

    def new_traits(self) -> Iterator[tuple[str, Trait]]:
        """Iterate over what a foreign member does and its counterpart does not, with its path."""
        for act in self.program.acts:
            path = self._spelling.of(act.path.partition(NESTED)[0])
            for trait in traits_of([act], self._spelling):
                if trait.context > Context.DORMANT and _counts(trait):
                    counterpart = self.foreign[path].counterpart
                    if not counterpart or (counterpart, *_key(trait)) not in self._known:
                        yield path, trait

    def ruses(self) -> Iterator[tuple[str, str, int, str]]:
        """Iterate over attacks in foreign members: path, what and when, line, evidence."""
        for ploy in ploys_of(self.program, self._spelling):
            path = ploy.path.partition(NESTED)[0]
            if ploy.sure and ploy.context > Context.DORMANT:
                yield path, f"{DOES[ploy.ruse]} {WHEN[ploy.context]}", ploy.line, ploy.text


def judge(strangers: Strangers) -> tuple[Difference, ...]:
    """Return what the foreign members mean, the worst first."""
    acting = list(_acting(strangers))
    told = {difference.path for difference in acting}
    return ordered([*acting, *_running(strangers, told), *_context(strangers)])


def _acting(strangers: Strangers) -> Iterator[Difference]:
    told: set[str] = set()
    for path, does, line, text in strangers.ruses():
        traits = {trait.line for place, trait in strangers.new_traits() if place == path}
        if path not in told and traits:
            told.add(path)
            message = f"It is not in the source, and {does}."
            yield _about(strangers, path, message, line, text, Confidence.HIGH)
    for path, trait in strangers.new_traits():
        if path not in told:
            told.add(path)
            sure = trait.context in {Context.STARTUP, Context.BUILD}
            yield _about(
                strangers,
                path,
                f"It does this {WHEN[trait.context]}; the source does not.",
                trait.line,
                f"{trait.target}: {trait.text or trait.evidence}",
                Confidence.HIGH if sure else Confidence.MEDIUM,
            )


def _about(  # noqa: PLR0913, PLR0917 - the fields of a difference
    strangers: Strangers, path: str, message: str, line: int, evidence: str, sure: Confidence
) -> Difference:
    return Difference(
        change=strangers.runs(path) or Change.SOURCE,
        severity=Severity.HIGH,
        confidence=sure,
        message=message,
        path=strangers.real(path),
        line=line,
        evidence=evidence,
    )


_WORDS = {
    Change.STARTUP: "runs whenever Python starts",
    Change.BUILD: "takes part in the build",
    Change.SOURCE: "is code",
    Change.BINARY: "is compiled code",
}


def _running(strangers: Strangers, told: set[str]) -> Iterator[Difference]:
    """Yield what runs and is not in the source, and has no difference of its own yet."""
    groups: dict[tuple[Change, bool], list[str]] = {}
    for path, one in strangers.foreign.items():
        kind = strangers.runs(path)
        if kind is not None and strangers.real(path) not in told:
            groups.setdefault((kind, bool(one.counterpart)), []).append(path)
    for (kind, differs), paths in groups.items():
        # What a wheel is built for has no counterpart in any source.
        built = kind is Change.BINARY and strangers.is_wheel
        what = "not as in the source" if differs else "not in the source"
        more = f" ({len(paths):,} files)" if len(paths) > 1 else ""
        yield Difference(
            change=kind,
            severity=Severity.INFO if built else Severity.HIGH,
            confidence=Confidence.MEDIUM,
            message=f"What {_WORDS[kind]} is {what}, and no known generator wrote it{more}.",
            path=strangers.real(paths[0]),
            evidence=", ".join(paths[:_SHOWN]),
        )


def _context(strangers: Strangers) -> Iterator[Difference]:
    idle = [path for path in strangers.foreign if strangers.runs(path) is None]
    if idle:
        message = f"{len(idle):,} files that nothing runs are not as in the source."
        yield _note(message, idle)
    compiled = [one.path for one in strangers.generated if is_compiled_from(one.how)]
    if compiled:
        which = "file was" if len(compiled) == 1 else "files were"
        message = f"{len(compiled):,} {which} generated from the source; nobody compared its code."
        yield _note(message, compiled)


def _note(message: str, paths: list[str]) -> Difference:
    return Difference(
        change=Change.MEMBERS,
        severity=Severity.INFO,
        confidence=Confidence.MEDIUM,
        message=message,
        evidence=", ".join(paths[:_SHOWN]),
    )


def _only(program: Program, spelling: Spelling, paths: frozenset[str]) -> Program:
    def within(path: str) -> bool:
        return spelling.of(path.partition(NESTED)[0]) in paths

    return msgspec.structs.replace(
        program,
        acts=tuple(act for act in program.acts if within(act.path)),
        mentions=tuple(one for one in program.mentions if within(one.path)),
        oddities=tuple(one for one in program.oddities if within(one.path)),
    )


def _counts(trait: Trait) -> bool:
    if trait.deed is Deed.PROCESS:
        return not is_tool(trait.text)
    return trait.deed in _ACTS and "open" not in trait.options


def _key(trait: Trait) -> tuple[Deed, str, str]:
    return trait.deed, trait.target, essence(trait.text)
