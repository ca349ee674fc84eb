"""Names that imitate a popular project.

Whoever types `reqeusts` for `requests` installs whatever lies under that name; more than half of
all malicious names of the public index are one slip away from a popular one. This check compares
the name of a project with the names that everybody knows, with the names that their modules are
imported by (`opencv` for `opencv-python`), and with words that people expect to be projects
(`python`, `ethereum`):

- **the same to the index** (high, sure): equal without separators and with `0` read as `o`, `1` as
  `l` or `i`, such as `prompt-tool-kit`;
- **likely an imitation** (high): slips of the hand inside a long word, what looks alike, the same
  words in another order, `python` for `py`: `reqests`, `r3quests`, `pythonkafka`, `python-mongo`;
  of the best known projects also the name with an addition that says nothing: `requests-lite`;
- **perhaps an imitation** (medium, unsure): the same of a project that is less well known, a slip
  at the edge of a word, a `py` more or less: `torchx`, `sparkpy`;
- **a less known name with something that says nothing** (low): `tornado-lite`, `mitmproxy2`.

How likely an imitation is follows from the slip, from the length of the word and from how well
known the target is: nearly everything that differs from a popular name by one letter is innocent
where hardly anybody knows the target. Of 10,000 legitimate names, 4 in 1,000 are held.

Between likely and perhaps, the age of the project decides, where its index tells it: one that is
younger than 90 days is likely an imitation, one that nobody took down in four years is perhaps one.
(Malicious projects were found after 209 days on average, and after 1,216 at the latest: Ohm, Plate,
Sykosch and Meier, DIMVA 2020.)

It spares the popular names themselves, words of up to four letters, where one letter is a
different word, and additions that mean something, such as those of plugins. What is popular is
what the popularity list says; without a list the check fails, it does not pass. A name from the
tail of a long list is compared, too, but only with names that are a thousand times as popular, and
is never held: places on such lists can be bought.

Names that only mean the same, such as `http-requests`, are not looked for.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from airlock.checks.interface import Check, Subject
from airlock.checks.name._index import index_of, require_index_name
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, ProjectName, Severity
from airlock.names import HINT, SUSPECT, Likeness, compare

_MOST_TOLD = 5
_YOUNG = dt.timedelta(days=90)
_OLD = dt.timedelta(days=4 * 365)
# Beyond this weight it is clearly an imitation, however long nobody took it down.
_CLEAR = 0.7


class Lookalike(Check):
    """Does the name imitate a popular one?"""

    id = "name-lookalike"
    version = 3
    needs = frozenset({"popularity"})

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding: the most telling likeness."""
        require_index_name(subject)
        popularity = subject.facts.popularity
        if popularity is None:
            raise NotExamined("there is no list of popular names")
        name = subject.release.project
        likenesses = [
            likeness for likeness in compare(name, index_of(popularity)) if likeness.weight >= HINT
        ]
        since = subject.release.project_since
        age = subject.facts.now - since if since else None
        if likenesses:
            yield _finding(name, likenesses, age)


def _finding(
    name: ProjectName, likenesses: Sequence[Likeness], age: dt.timedelta | None
) -> Finding:
    first = likenesses[0]
    severity, confidence, note = _gravity(first, age)
    told = (
        f"{name} ~ {likeness.target}: {likeness.explanation} ({likeness.technique})"
        for likeness in likenesses[:_MOST_TOLD]
    )
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"The name {name} looks like the popular project {first.target}: "
        f"{first.explanation}{note}.",
        evidence="\n".join(told),
    )


def _gravity(likeness: Likeness, age: dt.timedelta | None) -> tuple[Severity, Confidence, str]:
    """Return how bad and how sure it is, and what of that the age of the project decided."""
    if likeness.holds:
        if age is not None and age >= _OLD and likeness.weight < _CLEAR:
            years = age.days // 365
            return Severity.MEDIUM, Confidence.LOW, f"; it has been there for {years} years"
        return Severity.HIGH, Confidence.HIGH if likeness.same else Confidence.MEDIUM, ""
    if likeness.weight >= SUSPECT:
        if age is not None and age < _YOUNG:
            days = max(0, age.days)
            return Severity.HIGH, Confidence.MEDIUM, f"; it has been there for {days} days"
        return Severity.MEDIUM, Confidence.LOW, ""
    return Severity.LOW, Confidence.LOW, ""
