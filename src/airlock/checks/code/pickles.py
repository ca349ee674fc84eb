"""Pickles that do more than build objects when they are loaded.

Loading a pickle runs it. Its opcodes are walked, never executed, and every name that it would
import is held against what runs commands or code, talks to the network or destroys. Recognised are
pickles of every protocol by their content, whatever they are called: alone, several in a row,
behind the header of a numpy array, in torch's archives, or compressed as joblib does it. A `.pth`
file is one only if its bytes are; otherwise it is a list of paths.

- **Runs code or commands** (critical): `os.system`, `builtins.exec`, `subprocess` and the functions
  of the standard library, numpy and torch that end there.
- **Does more than build objects** (high): sockets, downloads, removing files, loading pickles.
- **Computes the name that it imports** (medium), which only hand-made pickles do.
- **Roundabout names** (low): `getattr` and the like; pickles of methods need them, too.

It spares all classes and functions that are not listed: those of pandas, scikit-learn, docutils and
whatever else pickles are made of. Pickles in tests, which projects keep to prove that they can
still be loaded, count less unless code that runs loads them.
"""

from collections.abc import Iterator

from airlock.binary.contents import Item, Kind
from airlock.binary.pickled import Danger, dangers, is_pickle_file
from airlock.binary.standing import stands_aside
from airlock.checks.code._reached import reach
from airlock.checks.interface import Check, Subject
from airlock.errors import ArchiveError, NotExamined
from airlock.model import Confidence, Finding, Severity
from airlock.syntax import Context, Deed

_NAMED = frozenset({".pkl", ".pickle", ".pck", ".pcl", ".joblib"})
_MOST_FINDINGS = 20


class Pickles(Check):
    """Does a pickle in it run anything?"""

    id = "code-pickles"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield the findings of every pickle, then say which could not be read."""
        lost = []
        for item in subject.contents.of(Kind.PICKLE, Kind.NUMPY):
            try:
                data = item.content()
            except ArchiveError:
                lost.append(item.path)
                continue
            yield from _judge(item, data, subject)
        if lost:
            raise NotExamined(
                f"{len(lost)} pickles could not be read, the first is {lost[0][:200]!r}"
            )


def _judge(item: Item, data: bytes, subject: Subject) -> Iterator[Finding]:
    marked = data[:1] in (b"\x80", b"\x93") or item.member.suffix in _NAMED
    if not (marked or is_pickle_file(data)):
        return
    worst: dict[str, Danger] = {}
    for danger in dangers(data):
        worst.setdefault(danger.name, danger)
    if not worst:
        return
    aside = stands_aside(item.path, subject.artifact.name)
    calm = aside and not _loaded(subject, item)
    for danger in sorted(worst.values(), key=lambda one: -one.severity.rank)[:_MOST_FINDINGS]:
        yield _finding(danger, item, calm=calm)


def _loaded(subject: Subject, item: Item) -> bool:
    reached = reach(subject, item.path, (Deed.EXECUTE, Deed.READ, Deed.LOAD, Deed.PROCESS))
    return reached is not None and reached.context >= Context.CALLED


def _finding(danger: Danger, item: Item, *, calm: bool) -> Finding:
    severity, confidence = danger.severity, danger.confidence
    if calm:
        severity, confidence = min(severity, Severity.MEDIUM), Confidence.LOW
    hidden = f", encoded as {item.wrapping}," if item.wrapping else ""
    told = [f"{danger.name} at {danger.offset:#x}", *(repr(text) for text in danger.texts)]
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"The pickle{hidden} {danger.message}.",
        path=item.path,
        evidence="\n".join(told),
    )
