"""Requirements whose names imitate popular projects, or are known for malware.

A package need not carry an attack itself: it is enough that it asks for one. Such packages copy an
honest project and change one name among its requirements, or hold next to nothing but a
requirement; whoever reads only what was asked for sees nothing wrong.

- **A requirement whose name is on record for malware** (critical).
- **A requirement that imitates a popular project** (high, or medium), judged as `name-lookalike`
  judges the name of a project itself: high where hardly any honest name is so near to one so well
  known, and everybody gets it.
- **A requirement that is nearly, but not quite, named like its siblings** (high): one of
  `example-core`, `example-util` and `exmaple-api` is not the same author's.

Read are the requirements that `metadata-direct-url` reads, and what code has pip install when it is
built or imported.
"""

import re
from collections.abc import Iterator

from airlock.archive.declared import Use
from airlock.checks.interface import Check, Subject
from airlock.checks.metadata._requirements import requirements
from airlock.checks.name._index import index_of
from airlock.errors import InvalidName, NotExamined
from airlock.evidence.known_names import Kind
from airlock.model import Confidence, Finding, ProjectName, Severity
from airlock.names import compare

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", re.ASCII)
_SHORTEST_WORD = 6
_LEAST_SIBLINGS = 2
# Of ``Likeness.weight``: hardly any honest name is so near to one so well known.
_CERTAIN = 0.9


class Dependencies(Check):
    """Does the artifact need something that pretends to be something else?"""

    id = "metadata-dependencies"
    version = 3
    needs = frozenset({"known_names", "popularity"})

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each requirement that is not what it looks like."""
        facts = subject.facts
        if facts.known_names is None or facts.popularity is None:
            raise NotExamined("there is no list of known names")
        needed: dict[ProjectName, str] = {}
        extras: set[ProjectName] = set()
        for requirement in requirements(subject):
            name = _name(requirement.text) if requirement.use is not Use.LINK else None
            if name is not None and name != subject.release.project:
                needed.setdefault(name, requirement.path)
                if requirement.use is Use.EXTRA:
                    extras.add(name)
        for name, path in needed.items():
            records = [one for one in facts.known_names.of(name) if one.kind is Kind.MALICIOUS]
            if records:
                told = f"The package needs {name}, a name that carried malware."
                yield _finding(told, path, records[0].source, Severity.CRITICAL)
                continue
            likeness = next(iter(compare(name, index_of(facts.popularity))), None)
            if likeness is not None and likeness.holds:
                told = f"The package needs {name}, which imitates {likeness.target}."
                sure = likeness.weight >= _CERTAIN and name not in extras
                severity = Severity.HIGH if sure else Severity.MEDIUM
                yield _finding(told, path, likeness.explanation, severity)
        yield from _strangers(needed)


def _name(text: str) -> ProjectName | None:
    match = _NAME.match(text)
    try:
        return ProjectName(match[1]) if match else None
    except InvalidName:
        return None


def _strangers(needed: dict[ProjectName, str]) -> Iterator[Finding]:
    """Yield names whose first word is a slip away from the one that several others share."""
    words: dict[str, list[ProjectName]] = {}
    for name in needed:
        words.setdefault(name.partition("-")[0], []).append(name)
    shared = {word for word, names in words.items() if len(names) >= _LEAST_SIBLINGS}
    for word, names in words.items():
        if len(names) == 1 and len(word) >= _SHORTEST_WORD and "-" in names[0]:
            like = next((other for other in sorted(shared) if _swapped(word, other)), None)
            if like is not None:
                sibling = words[like][0]
                told = f"The package needs {names[0]}, which is not quite a sibling of {sibling}."
                yield _finding(told, needed[names[0]], f"{word} ~ {like}", Severity.HIGH)


def _swapped(first: str, second: str) -> bool:
    """Tell whether two words differ by a slip of the hand: letters that changed places."""
    return first != second and sorted(first) == sorted(second) and first[0] == second[0]


def _finding(told: str, path: str, evidence: str, severity: Severity) -> Finding:
    sure = Confidence.HIGH if severity is Severity.CRITICAL else Confidence.MEDIUM
    return Finding(severity=severity, confidence=sure, message=told, path=path, evidence=evidence)
