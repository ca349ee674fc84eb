"""Compiled Python without its source, or that does something else than its source.

An interpreter runs a `.pyc` file without asking what a reader was shown. Here such files are read
by a reader of our own, for every version of Python from 2.3 on and without the interpreter's, and
written down as source text, which then goes through the same checks as any other code: those for
decoded payloads, downloads, exfiltration and the rest.

- **What its code does** (up to critical): the findings of those checks, named after the compiled
  file. Bare code objects in files of any name, as `marshal` writes them, are among them.
- **It differs from its source** (medium; high if its header tells interpreters never to look at the
  source): a name or a telling text that the source beside it does not have.
- **It has no source** (medium, unsure): a module that nobody can read, which is imported like any
  other.
- **It cannot be read** (medium, unsure): broken, or of no known version.

It spares caches that hold what their source says, as some projects ship by mistake, and what has
no source only in tests.
"""

from collections.abc import Iterator

import msgspec

from airlock.binary.compiled import Compiled, missing, read_bare, read_compiled, source_path
from airlock.binary.contents import Item, Kind
from airlock.binary.overlay import Overlay
from airlock.binary.standing import stands_aside
from airlock.binary.transcript import transcribe
from airlock.checks.code.decode_exec import DecodeExec
from airlock.checks.code.download_run import DownloadRun
from airlock.checks.code.exfiltration import Exfiltration
from airlock.checks.interface import Check, Subject
from airlock.errors import ArchiveError, NotExamined
from airlock.model import ArtifactKind, Confidence, Finding, Severity

_ASKED = (DecodeExec, DownloadRun, Exfiltration)
_MOST_FINDINGS = 40
# Writing code down costs about a second per megabyte.
_MOST_BYTES = 24 * 1024**2


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    """One compiled file, and what was found by looking at it alone."""

    item: Item
    compiled: Compiled
    source: str
    """Where its source is, or would be."""
    finding: Finding | None
    aside: bool
    """It is only there for tests or documentation."""


class Bytecode(Check):
    """Does compiled code do what its source says, or anything if it has none?"""

    id = "code-bytecode"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield the findings of every compiled file that does not agree with a source."""
        strange: list[_Case] = []
        lost: list[str] = []
        for item in subject.contents.of(Kind.BYTECODE, Kind.MARSHAL):
            try:
                case = _case(item, subject)
            except ArchiveError:
                lost.append(item.path)
                continue
            if case is not None:
                strange.append(case)
        yield from (case.finding for case in strange if case.finding is not None)
        read = [case for case in strange if case.compiled.code is not None]
        for aside in (False, True):
            yield from _of_code([case for case in read if case.aside is aside], subject)
        lost += [case.item.path for case in _too_many(read)]
        if lost:
            raise NotExamined(f"{len(lost)} compiled files were not read: {lost[0][:200]!r}")


def _case(item: Item, subject: Subject) -> _Case | None:
    """Look at one file; return nothing if it agrees with its source."""
    bare = item.kind is Kind.MARSHAL
    path, cached = (f"{item.path}.py", False) if bare else source_path(item.path)
    compiled = (read_bare if bare else read_compiled)(item.content())
    source = subject.reading.find(path)
    finding: Finding | None
    if source is not None and compiled.code is not None:
        strange = missing(compiled.code, source.read().decode("utf-8", "replace"))
        if not strange:
            return None
        finding = _differs(item, compiled, strange, subject)
    else:
        finding = _unreadable(item, compiled, cached=cached)
    aside = stands_aside(item.path, subject.artifact.name)
    told = None if aside else finding
    return _Case(item=item, compiled=compiled, source=path, finding=told, aside=aside)


def _differs(item: Item, compiled: Compiled, strange: tuple[str, ...], subject: Subject) -> Finding:
    severity, confidence = Severity.MEDIUM, Confidence.MEDIUM
    message = "The compiled file has what its source has not"
    if compiled.unchecked:
        severity, confidence = Severity.HIGH, Confidence.HIGH
        message += ", and its header keeps interpreters from looking at the source"
    elif subject.artifact.name.kind is ArtifactKind.SDIST:
        # What lies there is not installed, but compiled anew; it is old more often than not.
        severity = Severity.LOW
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{message}.",
        path=item.path,
        evidence=", ".join(strange),
    )


def _unreadable(item: Item, compiled: Compiled, *, cached: bool) -> Finding | None:
    if compiled.code is None:
        message = f"The compiled file cannot be read: {compiled.problem}."
    elif item.kind is Kind.MARSHAL:
        message = "A file holds compiled code under a name that does not say so."
    elif cached:
        return None
    else:
        message = "A compiled module has no source: nobody can read what is imported."
    return Finding(
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM if item.kind is Kind.MARSHAL else Confidence.LOW,
        message=message,
        path=item.path,
    )


def _too_many(cases: list[_Case]) -> list[_Case]:
    """Return those for which there is no time."""
    spent = 0
    for place, case in enumerate(cases):
        spent += case.item.member.size
        if spent > _MOST_BYTES:
            return cases[place:]
    return []


def _of_code(cases: list[_Case], subject: Subject) -> Iterator[Finding]:
    """Ask the checks of source text about what was compiled."""
    skipped = len(_too_many(cases))
    asked = {case.source: case for case in cases[: len(cases) - skipped]}
    texts = {
        path: transcribe(case.compiled.code, case.compiled.version)
        for path, case in asked.items()
        if case.compiled.code is not None
    }
    if not texts:
        return
    # What is only there for tests is not worth reading everything else once more.
    overlay = Overlay(subject.reading, texts, alone=cases[0].aside)
    retold = Subject(subject.artifact, overlay, subject.facts)
    count = 0
    for check in _ASKED:
        for finding in check().artifact(retold):
            path, mark, layer = finding.path.partition("!/layer")
            case = asked.get(path)
            if case is not None and count < _MOST_FINDINGS:
                count += 1
                yield _retold(finding, case, mark + layer)


def _retold(finding: Finding, case: _Case, layer: str) -> Finding:
    severity, confidence = finding.severity, finding.confidence
    return msgspec.structs.replace(
        finding,
        path=case.item.path + layer,
        line=0,
        message=f"Compiled code: {finding.message}",
        severity=min(severity, Severity.MEDIUM) if case.aside else severity,
        confidence=Confidence.LOW if case.aside else confidence,
    )
