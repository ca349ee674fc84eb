"""Names that imitate a popular project.

Whoever types `reqeusts` for `requests` installs whatever lies under that name; more than half of
all malicious names of the public index are one slip away from a popular one. This check compares
the name of a project with the names that everybody knows:

- **the same to the index** (high, sure): equal without separators and with `0` read as `o`, `1` as
  `l` or `i`, such as `prompt-tool-kit`;
- **one slip** (high): a letter missing, doubled, replaced or swapped inside a long word, and a
  digit for the letter it resembles: `reqests`, `r3quests`;
- **the same words in another order** (high): `nmap-python`, `pythonkafka`;
- **what often makes another word** (medium, unsure): a slip at the beginning or the end of a word
  or in a word of five letters, and a `py` that moved from one end to the other;
- **a popular name with a meaningless addition** (low): `requests-lite`, `mitmproxy2`.

It spares the popular names themselves, words of up to four letters, where one letter is a
different word, and additions that mean something, such as those of plugins. What is popular is
what the popularity list says; without a list the check fails, it does not pass.

Two slips in one name and names that only mean the same are not looked for.
"""

from collections.abc import Iterator
from typing import NamedTuple

from airlock.checks.interface import Check, Subject
from airlock.checks.name._index import NameIndex, index_of
from airlock.checks.name._likeness import HINT, SURE, SUSPECT, TRAP, Weight, weigh
from airlock.checks.name._spelling import Edit, compact
from airlock.errors import NotExamined
from airlock.evidence.popularity import Popularity
from airlock.model import Finding, ProjectName

# Below this, a name has nothing in it to be recognised by.
_SHORTEST_TARGET = 5
# Additions that say nothing about what the project would add.
_EMPTY_WORDS = """
    api beta cli client dev development fix fixed helper helpers latest lib library lite mod module
    new official patch patched plus pro py py3 pylib python python3 release sdk stable test tool
    tools update updated util utils v2 v3 x
"""
_ADDITIONS = frozenset(_EMPTY_WORDS.split())


class Likeness(NamedTuple):
    """One popular name that a name looks like."""

    weight: Weight
    target: ProjectName
    how: str
    """Completes "it looks like the target: …"."""


class Lookalike(Check):
    """Does the name imitate a popular one?"""

    id = "name-lookalike"
    version = 1
    needs = frozenset({"popularity"})

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding: the most telling likeness."""
        popularity = subject.facts.popularity
        if popularity is None:
            raise NotExamined("there is no list of popular names")
        name = subject.release.project
        if popularity.rank(name) is not None:
            return
        if likenesses := _likenesses(name, popularity):
            yield _finding(name, likenesses)


def _likenesses(name: ProjectName, popularity: Popularity) -> list[Likeness]:
    """Return every likeness, the most telling first; of two alike, the more popular target."""
    index = index_of(popularity)
    found = [Likeness(*telling) for telling in _compared(name, index)]
    found.sort(key=lambda likeness: popularity.rank(likeness.target) or 0)
    found.sort(key=lambda likeness: likeness.weight.order, reverse=True)
    return found


def _compared(name: ProjectName, index: NameIndex) -> Iterator[tuple[Weight, ProjectName, str]]:
    if (twin := index.twin(name)) and len(compact(twin)) >= _SHORTEST_TARGET:
        yield SURE, twin, "an index takes the two for the same name"
    if other := index.reordered(name):
        yield TRAP, other, "the same words in another order"
    if other := index.py_moved(name):
        yield SUSPECT, other, "'py' is at the other end"
    for target, edit in index.neighbours(name):
        if weight := weigh(edit, name, target):
            yield weight, target, _told(edit)
    if added := _without_additions(name, index):
        yield HINT, added, "with an addition that says nothing"


def _without_additions(name: ProjectName, index: NameIndex) -> ProjectName | None:
    words = name.split("-")
    while len(words) > 1 and words[-1] in _ADDITIONS:
        words.pop()
    while len(words) > 1 and words[0] in _ADDITIONS:
        words.pop(0)
    rest = "-".join(words)
    if rest == name or len(rest) < _SHORTEST_TARGET:
        return None
    return index.twin(rest)


def _told(edit: Edit) -> str:
    if edit.wrote and edit.meant:
        return f"{edit.slip}: {edit.wrote!r} for {edit.meant!r}"
    return f"{edit.slip}: {edit.wrote or edit.meant!r}"


def _finding(name: ProjectName, likenesses: list[Likeness]) -> Finding:
    (weight, target, how), *_ = likenesses
    return Finding(
        severity=weight.severity,
        confidence=weight.confidence,
        message=f"The name {name} looks like the popular project {target}: {how}.",
        evidence="\n".join(f"{name} ~ {other}: {why}" for _, other, why in likenesses),
    )
