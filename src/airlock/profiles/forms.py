"""What a wheel has that the source distribution of its release has not.

People read the source and install the wheel. Builds add versions, metadata, compiled modules and
what generators write; they do not add code that starts processes or talks to the network. A module
that differs is context; one that differs *and does more than any file of the source* is a finding.

- Files are told apart by content; one that moved, as out of ``src/``, is the same file.
- A name that generators use excuses a difference, never an act: ``_version.py`` may differ, and may
  still not open a connection.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from airlock.model import Confidence, Severity
from airlock.profiles.commands import is_tool, program_of
from airlock.profiles.conduct import NETWORK, essence
from airlock.profiles.difference import Change, Difference, ordered
from airlock.profiles.pair import DOES, WHEN
from airlock.profiles.profile import Piece, PieceKind, Ploy, Profile, Trait
from airlock.syntax.facts import Context, Deed

_SHOWN = 8
_ACTS = NETWORK | {Deed.PROCESS, Deed.PERSIST, Deed.COLLECT, Deed.REDIRECT}
_CODE = frozenset({PieceKind.PYTHON, PieceKind.STARTUP, PieceKind.SCRIPT})
# What version stampers, protoc, cffi, Cython, lex and yacc write.
_GENERATED = re.compile(
    r"(?:^|/)(?:_*version_*\w*|__about__|__config__|_*build_*info\w*|_*git_*(?:version|info|revision)|"
    r"(?:lex|yacc|parse)tab|\w+_pb2(?:_grpc)?|_cffi_\w+|\w+_(?:parser|lexer)tab)\.py$",
    re.IGNORECASE,
)


def compare_forms(wheel: Profile, sdist: Profile) -> tuple[Difference, ...]:
    """Return what only the wheel has, the worst first.

    Args:
        wheel: that is judged.
        sdist: of the same release.
    """
    forms = _Forms(wheel, sdist)
    return ordered(
        [
            *_startups(forms),
            *_ploys(forms),
            *_acts(forms),
            *_hidden(forms),
            *_compiled(forms),
            *_needs(forms),
            *_modules(forms),
        ]
    )


class _Forms:
    """A wheel and its source distribution beside each other."""

    def __init__(self, wheel: Profile, sdist: Profile) -> None:
        self.wheel = wheel
        self.sdist = sdist

    @cached_property
    def digests(self) -> frozenset[str]:
        return frozenset(piece.digest for piece in self.sdist.pieces if piece.digest)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for piece in self.sdist.pieces:
            found.setdefault(piece.path.rpartition("/")[2], []).append(piece.path)
        return found

    @cached_property
    def foreign(self) -> dict[str, Piece]:
        """The wheel's code whose content the source distribution has not, by path."""
        return {
            piece.path: piece
            for piece in self.wheel.pieces
            if piece.kind in _CODE and piece.size and piece.digest not in self.digests
        }

    def there(self, path: str) -> bool:
        """Tell whether the source distribution has another file in that place."""
        inner = path.partition("/")[2] if path.startswith("*.data/") else path
        name = path.rpartition("/")[2]
        return any(f"/{known}".endswith(f"/{inner}") for known in self._by_name.get(name, ()))

    def strange(self, path: str) -> bool:
        """Tell whether a fact stands in code that the source distribution has not."""
        return path.partition("!/")[0] in self.foreign

    def difference(  # noqa: PLR0913 - the fields of a difference
        self,
        change: Change,
        severity: Severity,
        confidence: Confidence,
        message: str,
        *,
        path: str = "",
        line: int = 0,
        evidence: str = "",
    ) -> Difference:
        if self.sdist.cut:
            confidence = Confidence.LOW
        path = path.partition("!/")[0]
        return Difference(
            change=change,
            severity=severity,
            confidence=confidence,
            message=message,
            path=self.wheel.member_path(path) if path else "",
            line=line,
            evidence=evidence,
        )


def _startups(forms: _Forms) -> Iterator[Difference]:
    known = {startup.digest for startup in forms.sdist.startups}
    acting = {t.path.partition("!/")[0] for t in forms.wheel.traits if t.context >= Context.STARTUP}
    for startup in forms.wheel.startups:
        if startup.digest in known:
            continue
        acts = startup.path in acting
        yield forms.difference(
            Change.STARTUP,
            Severity.HIGH if acts else Severity.MEDIUM,
            Confidence.HIGH if acts else Confidence.MEDIUM,
            "Only the wheel has this code, which runs whenever Python starts; its source has not.",
            path=startup.path,
            line=1,
            evidence=startup.text,
        )


def _ploys(forms: _Forms) -> Iterator[Difference]:
    known = {(ploy.ruse, essence(ploy.text)) for ploy in forms.sdist.ploys}
    for ploy in forms.wheel.ploys:
        if forms.strange(ploy.path) and (ploy.ruse, essence(ploy.text)) not in known:
            severity, confidence = _weight(forms, ploy)
            yield forms.difference(
                Change.SOURCE,
                severity,
                confidence,
                f"Only the wheel {DOES[ploy.ruse]} {WHEN[ploy.context]}; its source does not.",
                path=ploy.path,
                line=ploy.line,
                evidence=ploy.text,
            )


def _weight(forms: _Forms, ploy: Ploy) -> tuple[Severity, Confidence]:
    # Who packs code into code does so in the source, too.
    familiar = any(
        known.ruse is ploy.ruse and known.context >= ploy.context for known in forms.sdist.ploys
    )
    if familiar or ploy.context is Context.DORMANT:
        return Severity.MEDIUM, Confidence.MEDIUM
    sure = ploy.sure and ploy.context >= Context.IMPORT
    return Severity.HIGH, Confidence.HIGH if sure else Confidence.MEDIUM


def _acts(forms: _Forms) -> Iterator[Difference]:
    known = {_key(trait) for trait in forms.sdist.traits}
    told: set[str] = set()
    for trait in forms.wheel.traits:
        if trait.path in told or not forms.strange(trait.path) or _key(trait) in known:
            continue
        if trait.context > Context.DORMANT and _counts(trait):
            told.add(trait.path)
            yield forms.difference(
                Change.SOURCE,
                Severity.HIGH,
                Confidence.MEDIUM,
                f"Only the wheel's module does this {WHEN[trait.context]}; its source has nothing "
                f"of the kind.",
                path=trait.path,
                line=trait.line,
                evidence=f"{trait.target}: {trait.text or trait.evidence}",
            )


def _counts(trait: Trait) -> bool:
    if trait.deed is Deed.PROCESS:
        return not is_tool(trait.text)
    return trait.deed in _ACTS and "open" not in trait.options


def _key(trait: Trait) -> tuple[Deed, str, str]:
    if trait.deed is Deed.PROCESS:
        return trait.deed, trait.target, program_of(trait.text)
    return trait.deed, trait.target, essence(trait.text)


def _hidden(forms: _Forms) -> Iterator[Difference]:
    known = {mark.code for mark in forms.sdist.marks if mark.hides}
    for mark in forms.wheel.marks:
        if mark.hides and mark.code not in known and forms.strange(mark.path):
            yield forms.difference(
                Change.OBFUSCATION,
                Severity.HIGH if mark.context > Context.DORMANT else Severity.MEDIUM,
                Confidence.MEDIUM,
                f"Only the wheel hides code from readers; its source does not: {mark.text}",
                path=mark.path,
                line=mark.line,
            )


def _compiled(forms: _Forms) -> Iterator[Difference]:
    """Yield compiled code for which there is no source."""
    if any(piece.kind is PieceKind.SOURCE for piece in forms.sdist.pieces):
        return
    kinds = {
        PieceKind.NATIVE: "a compiled program or library",
        PieceKind.BYTECODE: "compiled Python code",
    }
    for kind, what in kinds.items():
        found = [p for p in forms.wheel.pieces if p.kind is kind and p.digest not in forms.digests]
        if found:
            yield forms.difference(
                Change.BINARY,
                Severity.MEDIUM,
                Confidence.LOW,
                f"The wheel has {what} for which its source distribution has no source.",
                path=found[0].path,
                evidence=", ".join(piece.path for piece in found[:_SHOWN]),
            )


def _needs(forms: _Forms) -> Iterator[Difference]:
    known = {need.url for need in forms.sdist.needs if need.url}
    for need in forms.wheel.needs:
        if need.url and need.url not in known:
            yield forms.difference(
                Change.NEED,
                Severity.MEDIUM if need.use == "for an extra" else Severity.HIGH,
                Confidence.HIGH,
                f"Only the wheel needs an address outside every index {need.use}.",
                evidence=need.text,
            )
    declared = {need.name for need in forms.sdist.needs if need.use == "to run"}
    more = [n.name for n in forms.wheel.needs if n.use == "to run" and n.name not in declared]
    if declared and more:
        yield forms.difference(
            Change.NEED,
            Severity.LOW,
            Confidence.MEDIUM,
            "The wheel needs more projects to run than its source distribution declares.",
            evidence=", ".join(dict.fromkeys(more[:_SHOWN])),
        )


def _modules(forms: _Forms) -> Iterator[Difference]:
    """Yield what differs and does nothing of note, all together."""
    modules = (p.path for p in forms.foreign.values() if p.kind is PieceKind.PYTHON)
    odd = [path for path in modules if not _GENERATED.search(path)]
    absent = [path for path in odd if not forms.there(path)]
    differing = [path for path in odd if forms.there(path)]
    for paths, what in ((absent, "only in the wheel"), (differing, "not as in the source")):
        if paths:
            which = "module is" if len(paths) == 1 else "modules are"
            yield forms.difference(
                Change.MEMBERS,
                Severity.INFO,
                Confidence.MEDIUM,
                f"{len(paths):,} {which} {what}.",
                path=paths[0],
                evidence=", ".join(paths[:_SHOWN]),
            )
