"""Judges names that a user gives: on the command line, in requirements files, line by line.

No index is asked and nothing is fetched: what is said of a name follows from the name.

- Whatever is given is answered for: a text that is no name becomes an ``Unexamined``.
- A name that is given twice is judged once and told once.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from airlock.checks.name._index import index_of
from airlock.errors import AirlockError, InvalidRequirement, NotExamined
from airlock.evidence import Facts
from airlock.model import Finding, ProjectName
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import Ownership
from airlock.names import Likeness, NameIndex, compare, near
from airlock.names.foreign import ascii_twin, strangers
from airlock.naming import NameVetting
from airlock.report import Unexamined
from airlock.report.examined_names import ExaminedName, NameResult

_KNOWN, _LOOKALIKE, _STDLIB = "name-known", "name-lookalike", "name-stdlib"


class NameScan:
    """Composes what judging names needs.

    Args:
        vetting: that judges.
        facts: gives what the checks of names may ask, at a time in UTC.
        clock: gives the time in UTC.
        ownership: to whom names belong; ``None`` to say nothing of it.
    """

    def __init__(
        self,
        vetting: NameVetting,
        facts: Callable[[dt.datetime], Facts],
        clock: Callable[[], dt.datetime],
        ownership: Ownership | None = None,
    ) -> None:
        self._ownership = ownership
        self._vetting = vetting
        self._now = clock()
        self._facts = facts(self._now)

    def run(
        self, texts: Iterable[str | Unexamined], requirement_files: Iterable[Path]
    ) -> list[NameResult]:
        """Return a result for every name that was given, in that order."""
        results: dict[str, NameResult] = {}
        for name in _names(texts, requirement_files):
            key = name.name if isinstance(name, Unexamined) else str(name)
            if key not in results:
                results[key] = name if isinstance(name, Unexamined) else self._examined(name)
        return list(results.values())

    def near(self, name: ProjectName) -> tuple[Likeness, ...]:
        """Return the popular names that could be confused with one, the nearest first.

        Raises:
            NotExamined: if there is no list of popular names.
        """
        return near(name, self._index())

    def _index(self) -> NameIndex:
        if self._facts.popularity is None:
            raise NotExamined("there is no list of popular names")
        return index_of(self._facts.popularity)

    def _examined(self, name: ProjectName) -> ExaminedName:
        verdict = self._vetting.verdict(name, now=self._now)
        target, technique = self._taken_for(name, verdict)
        holding = self._ownership.of(name) if self._ownership else None
        return ExaminedName(verdict=verdict, target=target, technique=technique, holding=holding)

    def _taken_for(self, name: ProjectName, verdict: NameVerdict) -> tuple[str, str]:
        """Return what a name is taken for, and how, from the first finding that has a say."""
        for finding in _telling(verdict):
            if finding.check == _KNOWN and self._facts.known_names is not None:
                for record in self._facts.known_names.of(name):
                    if record.meant:
                        return record.meant, record.kind.value
            if finding.check == _LOOKALIKE and (likenesses := compare(name, self._index())):
                return str(likenesses[0].target), likenesses[0].technique.value
            if finding.check == _STDLIB:
                return finding.evidence.partition(":")[0], "standard-library"
        return "", ""


def _telling(verdict: NameVerdict) -> list[Finding]:
    """Return what was found, the worst first, and of what is equally bad a look-alike.

    That one is the more telling: it names a project.
    """
    found = [finding for outcome in verdict.outcomes for finding in outcome.findings]
    return sorted(found, key=lambda one: (-one.severity.rank, one.check != _LOOKALIKE))


def _names(
    texts: Iterable[str | Unexamined], requirement_files: Iterable[Path]
) -> Iterator[ProjectName | Unexamined]:
    for text in texts:
        if isinstance(text, Unexamined):
            yield text
            continue
        try:
            yield _name(text)
        except AirlockError as error:
            yield _foreign(text) or Unexamined.because(text, error)
    for path in requirement_files:
        try:
            yield from _required(path)
        except AirlockError as error:
            yield Unexamined.because(str(path), error)


def installed_names(environment: Path | None) -> Iterator[str | Unexamined]:
    """Yield the names of what is installed in an environment, and what of it cannot be read.

    Raises:
        TargetNotFound: if there is no such environment.
    """
    from airlock.sources.environment import Unreadable, installed

    for one in installed(environment):
        if isinstance(one, Unreadable):
            yield Unexamined(str(one.path), one.problem)
            if one.named is not None:
                # An emptied record hides no name.
                yield one.named
        else:
            yield one.project


def _name(text: str) -> ProjectName:
    """Return the name in a text that may also be a requirement with versions (PEP 508)."""
    try:
        return ProjectName(text)
    except AirlockError as error:
        from packaging.requirements import InvalidRequirement as BadRequirement
        from packaging.requirements import Requirement

        try:
            return ProjectName(Requirement(text).name)
        except BadRequirement:
            raise InvalidRequirement(str(error), hint=error.hint) from error


def _foreign(text: str) -> Unexamined | None:
    """Return what to say of a text that is no name only for its letters; it is a trap, no mistake.

    ``None`` if that is not what is wrong with it.
    """
    if not (found := strangers(text)):
        return None
    try:
        twin = _name(ascii_twin(text))
    except AirlockError:
        return None
    told = f"it is not {twin}, which it looks like: it has {found}"
    return Unexamined(text, told, "No index has such a name. Ask where it came from.")


def _required(path: Path) -> Iterator[ProjectName | Unexamined]:
    from airlock.sources.requirements import read_requirements

    for line in read_requirements(path):
        if line.project is not None:
            yield line.project
        elif line.problem:
            yield Unexamined(line.text, f"{line.origin}: {line.problem}")
