"""Programs and libraries that are not Python: ELF, PE and Mach-O files, and Windows shortcuts.

Native code is the place where a reader of source text sees nothing. They are recognised by their
bytes, whatever they are called, and searched without being run: their tables by LIEF, their text in
ASCII and UTF-16 by one compiled set of expressions, whatever their size.

- **A program in disguise** (high): bytes of a program under the ending of an image, a text or a
  source file, or encoded as text; under an ending that says nothing, medium.
- **What it spells** (up to critical): a complete webhook or bot token, a call-back host, a reverse
  shell, an encoded command, a mining pool. Single words (a browser's store of passwords, a key for
  running at log-on) are weak; what is collected together with where it is sent is not.
- **What it imports** (medium, high): functions that put code into other processes; downloading
  together with starting; a library that offers nothing and starts a process when it is loaded.
- **Packed code** (medium), and Python programs or installers inside of it (medium, unsure).
- **Who starts it**: code that runs at installation or start-up (high), or on import (medium).
- **A program for another system than the wheel's, or among a package's data** (low).

It spares the stubs that start Python scripts on Windows (of setuptools, distlib and others), told
by what they are made of, and everything that is merely large, stripped or of an unusual kind. What
is in tests and documentation counts less. The text of an encrypted program cannot be found.
"""

from collections.abc import Iterator

from airlock.binary.behaviour import Sign, is_launcher, signs
from airlock.binary.contents import NATIVE, Item, Kind
from airlock.binary.marks import find_marks
from airlock.binary.native import LARGEST_BYTES, Native, read_native
from airlock.binary.standing import stands_aside
from airlock.checks.code import _programs as programs
from airlock.checks.code._reached import Reach, reach
from airlock.checks.interface import Check, Subject
from airlock.errors import ArchiveError, NotExamined
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Context


class NativeCode(Check):
    """What do the programs in it seem to do, and are they where they belong?"""

    id = "code-native"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield the findings of every program, then say which could not be read."""
        lost = list(subject.contents.unread)
        for item in subject.contents.of(*NATIVE, Kind.SHORTCUT):
            try:
                yield from _judge(item, subject)
            except ArchiveError:
                lost.append(item.path)
        if lost:
            raise NotExamined(
                f"{len(lost)} files could not be read, the first is {lost[0][:200]!r}"
            )


def _judge(item: Item, subject: Subject) -> Iterator[Finding]:
    marks = find_marks([item.content()] if item.wrapping else item.member.chunks())
    if item.kind is Kind.SHORTCUT:
        yield from programs.of_shortcut(item, marks)
        return
    native = _tables(item)
    if is_launcher(native, marks, item.member.size) and not programs.disguise(item):
        return
    aside = stands_aside(item.path, subject.artifact.name)
    reached = reach(subject, item.path) if native.program or native.problem else None
    told = [
        *programs.disguise(item),
        *programs.placement(item, native, subject.artifact.name.filename),
    ]
    told += signs(native, marks, item.member.size)
    told += _started(native, reached)
    calm = aside and (reached is None or reached.context <= Context.CALLED)
    for sign in told:
        yield _finding(sign, item, native, calm=calm)


def _tables(item: Item) -> Native:
    if item.member.size > LARGEST_BYTES:
        return Native(
            kind=item.kind, problem=f"its tables were not read: {item.member.size:,} bytes"
        )
    return read_native(item.content(), item.kind)


def _started(native: Native, reached: Reach | None) -> Iterator[Sign]:
    if native.problem:
        yield Sign(
            severity=Severity.INFO,
            confidence=Confidence.HIGH,
            message=f"was searched as a whole, but {native.problem}",
        )
    if reached is None or reached.context < Context.IMPORT:
        return
    early = reached.context > Context.IMPORT
    yield Sign(
        severity=Severity.HIGH if early else Severity.MEDIUM,
        confidence=Confidence.MEDIUM if reached.direct else Confidence.LOW,
        message="is started by code that nobody has to call",
        evidence=reached.sentence,
    )


def _finding(sign: Sign, item: Item, native: Native, *, calm: bool) -> Finding:
    severity, confidence = sign.severity, sign.confidence
    if calm:
        severity, confidence = min(severity, Severity.MEDIUM), min(confidence, Confidence.LOW)
    what = "program" if native.program else "library"
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"The {what} ({native.kind}) {sign.message}.",
        path=item.path,
        evidence=sign.evidence,
    )
