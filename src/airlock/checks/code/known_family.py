"""Code of a known malicious campaign, also under other names and addresses.

Airlock remembers campaigns by fingerprints of their code: hashes of short rows of tokens in which
names and literals do not count, so that a copy with other variables, another address or another
order of functions is still known. It holds no code and no names of people, only hashes. What is
also found in benign packages or in the standard library is not part of any fingerprint.

- **A whole file** that is one of a campaign's, but for names and literals, or nearly all of a
  campaign's code (critical, sure).
- **A short file** that is one of a campaign's, with little in it to tell it by (high, sure).
- **Half of a campaign's code** (high, fairly sure): a variant, or a part of it inside other code.
- **A third of it** (medium, unsure).

A trojanised copy of a library counts only with what the library does not have. It cannot see
campaigns that nobody has put into its memory, and code that was rewritten. `airlock fingerprints`
tells what the memory holds and builds another one, which `AIRLOCK_FAMILIES` then names.
"""

from collections.abc import Iterator

from airlock.checks.interface import Check, Subject
from airlock.errors import NotExamined
from airlock.evidence.fingerprints import Fingerprints, Likeness
from airlock.model import Confidence, Finding, Severity

# Fewer grams than these may be what anybody writes, whatever their share of a campaign.
_LEAST = 12
_LEAST_SURE = 20
_NEARLY_ALL = 0.8
_HALF = 0.5
_THIRD = 0.3
_MOST_NAMED = 5


class KnownFamily(Check):
    """Is this code known?"""

    id = "code-known-family"
    version = 1
    needs = frozenset({"fingerprints"})

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding, of the likest family."""
        memory = subject.facts.fingerprints
        if memory is None:
            raise NotExamined("no memory of families is there")
        by_path = _prints(subject)
        grams = frozenset().union(*(grams for grams, _ in by_path.values()))
        wholes = {whole for _, found in by_path.values() for whole in found}
        if not grams:
            return
        likely = [
            (one, graded) for one in memory.likenesses(grams, wholes) if (graded := grade(one))
        ]
        if likely:
            yield _finding(likely, by_path, memory)


_Prints = dict[str, tuple[frozenset[int], frozenset[int]]]


def _prints(subject: Subject) -> _Prints:
    """Return the grams and the hashes of whole files of every member that has any.

    A member without a word that an attack needs has none; the program knows which those are.
    """
    found: _Prints = {}
    telling = sorted(subject.program.telling)
    if not telling:
        return found
    # Its expressions are compiled only where there is something to be taken apart.
    from airlock.evidence.fingerprints.members import prints_of

    for path in telling:
        if member := subject.reading.find(path):
            pieces = list(prints_of(member))
            grams = frozenset().union(*(piece.grams for piece in pieces))
            if grams:
                found[member.path] = grams, frozenset({piece.whole for piece in pieces} - {0})
    return found


def grade(likeness: Likeness) -> tuple[Severity, Confidence] | None:
    """Return how bad and how sure a likeness is, or ``None`` if it may be chance."""
    if likeness.exact:
        known = likeness.shared >= _LEAST
        return Severity.CRITICAL if known else Severity.HIGH, Confidence.HIGH
    if likeness.share >= _NEARLY_ALL and likeness.shared >= _LEAST_SURE:
        return Severity.CRITICAL, Confidence.HIGH
    if likeness.share >= _HALF and likeness.shared >= _LEAST:
        return Severity.HIGH, Confidence.MEDIUM
    if likeness.share >= _THIRD and likeness.shared >= _LEAST:
        return Severity.MEDIUM, Confidence.LOW
    return None


def _finding(
    likely: list[tuple[Likeness, tuple[Severity, Confidence]]],
    by_path: _Prints,
    memory: Fingerprints,
) -> Finding:
    (likest, (severity, confidence)), *_ = likely
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"This is code of the known malicious campaign {likest.family}.",
        path=_place(likest, by_path, memory),
        evidence="\n".join(map(_told, [one for one, _ in likely[:_MOST_NAMED]])),
    )


def _told(one: Likeness) -> str:
    share = f"{one.shared} of {one.remembered} remembered fingerprints"
    return f"{one.family}: {'a whole file; ' if one.exact else ''}{share}"


def _place(likest: Likeness, by_path: _Prints, memory: Fingerprints) -> str:
    """Return the member that has most of it."""

    def much(path: str) -> tuple[bool, int]:
        for one in memory.likenesses(*by_path[path]):
            if one.family == likest.family:
                return one.exact, one.shared
        return False, 0

    return max(by_path, key=much)
