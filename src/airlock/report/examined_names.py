"""The report of ``airlock name``: bare names, what they are taken for, and the typos of one.

The JSON has the shape of that of ``scan``: ``targets`` with what was decided, found and asked; in
place of a file, each has the ``target`` that its name imitates and the ``technique``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click
import msgspec

from airlock import __version__
from airlock.model import Decision, PolicyVersion, ProjectName, Severity
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import Holding
from airlock.names import Likeness, Technique
from airlock.report.json import encodable, judgement, no_judgement
from airlock.report.names import holding_document, holding_text
from airlock.report.plain import one_line, printable
from airlock.report.results import Unexamined, code_of

SCHEMA = 1
_COLOUR = {"admit": "green", "hold": "yellow", "refuse": "red"}
_PAST = {Decision.ADMIT: "admitted", Decision.HOLD: "held", Decision.REFUSE: "refused"}
_WORD_WIDTH = 8
_EVIDENCE_LINES = 6
_EVIDENCE_WIDTH = 160


class ExaminedName(msgspec.Struct, frozen=True, kw_only=True):
    """One name, judged."""

    verdict: NameVerdict
    target: str = ""
    """What it is taken for: a project, a module, an option; empty if for nothing."""
    technique: str = ""
    """How it comes to be taken for it; empty if it is not."""
    holding: Holding | None = None
    """To whom the name belongs; ``None`` where no gate was asked."""

    @property
    def exit_code(self) -> int:
        """The exit code that it asks for: 0, 1 or 3."""
        return code_of(self.verdict.decision)

    @property
    def warns(self) -> bool:
        """Whether something was seen that a person should read, though it admits the name."""
        seen = (one for outcome in self.verdict.outcomes for one in outcome.findings)
        return any(one.severity >= Severity.MEDIUM and not one.suppressed for one in seen)


NameResult = ExaminedName | Unexamined


def names_text(results: Sequence[NameResult], *, verbose: bool = False) -> str:
    """Return what a person reads: a line for each name, and below it why."""
    lines = [line for result in results for line in _lines(result, verbose=verbose)]
    return "\n".join([*lines, _summary(results)]) + "\n"


def _summary(results: Sequence[NameResult]) -> str:
    if not results:
        return "No name was given."
    words = Counter(
        "unexamined" if isinstance(result, Unexamined) else _PAST[result.verdict.decision]
        for result in results
    )
    order = (*reversed(_PAST.values()), "unexamined")
    counted = ", ".join(f"{words[word]} {word}" for word in order if words[word])
    return f"{len(results)} {'name' if len(results) == 1 else 'names'}: {counted}."


def _lines(result: NameResult, *, verbose: bool) -> Iterator[str]:
    if isinstance(result, Unexamined):
        yield _headline("hold", printable(result.name), "could not be examined")
        yield f"  {printable(result.reason)}"
        if result.hint:
            yield f"  {printable(result.hint)}"
        return
    verdict = result.verdict
    told = verdict.decision > Decision.ADMIT or verbose or result.warns
    note = f"taken for {result.target} ({result.technique})" if result.target and told else ""
    if verdict.decision is Decision.ADMIT and note:
        note = f"perhaps {note}"
    yield _headline(verdict.decision.word, verdict.project, printable(note))
    if result.holding and result.holding.claim:
        yield from (f"  {line.strip()}" for line in holding_text(result.holding).splitlines())
    if told:
        yield from _explained(verdict)


def _headline(word: str, name: str, note: str) -> str:
    badge = click.style(word.ljust(_WORD_WIDTH), fg=_COLOUR[word], bold=True)
    shown = f"{badge}{click.style(name, bold=True)}"
    return f"{shown}  {click.style(note, dim=True)}" if note else shown


def _explained(verdict: NameVerdict) -> Iterator[str]:
    for reason in verdict.reasons:
        if reason.rule != "finding":
            yield f"  {printable(reason.message)}"
    found = [finding for outcome in verdict.outcomes for finding in outcome.findings]
    for finding in sorted(found, key=lambda one: -one.severity.rank):
        if finding.severity > Severity.INFO:
            sure = f"{finding.severity.value}/{finding.confidence.value}"
            yield f"  {sure} {printable(finding.message)}"
            yield click.style(f"      [{finding.check}]", dim=True)
            for line in finding.evidence.splitlines()[:_EVIDENCE_LINES]:
                yield f"      │ {one_line(line, longest=_EVIDENCE_WIDTH)}"


def names_json(results: Iterable[NameResult], policy: PolicyVersion) -> str:
    """Return the document of judged names, indented, with a final line feed."""
    targets = [
        _unexamined(result) if isinstance(result, Unexamined) else _examined(result)
        for result in results
    ]
    return _document(policy={"name": policy.name, "version": policy.version}, targets=targets)


def _examined(result: ExaminedName) -> dict[str, Any]:
    return {
        "name": str(result.verdict.project),
        "decision": result.verdict.decision.word,
        "score": result.verdict.score,
        "target": result.target,
        "technique": result.technique,
        "owner": holding_document(result.holding) if result.holding else None,
        **judgement(result.verdict),
    }


def _unexamined(result: Unexamined) -> dict[str, Any]:
    return {
        "name": encodable(result.name),
        "decision": Decision.HOLD.word,
        "score": 0.0,
        "target": "",
        "technique": "",
        "owner": None,
        **no_judgement(result),
    }


def near_text(name: ProjectName, found: Sequence[Likeness]) -> str:
    """Return the neighbours of a name, a line each, the nearest first."""
    width = max((len(likeness.target) for likeness in found), default=0)
    lines = [
        f"{likeness.target.ljust(width)}  {likeness.cost:.2f}  {likeness.technique.value}  "
        + click.style(likeness.explanation, dim=True)
        for likeness in found
    ]
    counted = "1 popular name" if len(found) == 1 else f"{len(found)} popular names"
    return "\n".join([*lines, f"{counted} near {name}."]) + "\n"


def near_json(name: ProjectName, found: Iterable[Likeness]) -> str:
    """Return the neighbours of a name as a document."""
    return _document(
        name=str(name),
        near=[msgspec.to_builtins(likeness, enc_hook=str.__str__) for likeness in found],
    )


def typos_text(name: ProjectName, typos: Sequence[tuple[ProjectName, Technique]]) -> str:
    """Return the typos of a name, a line each, and how many there are."""
    width = max((len(typo) for typo, _ in typos), default=0)
    lines = [f"{typo.ljust(width)}  {technique.value}" for typo, technique in typos]
    return "\n".join([*lines, f"{len(typos)} names that may be typed or read for {name}."]) + "\n"


def typos_json(name: ProjectName, typos: Sequence[tuple[ProjectName, Technique]]) -> str:
    """Return the typos of a name as a document."""
    made = [{"name": str(typo), "technique": technique.value} for typo, technique in typos]
    return _document(name=str(name), count=len(made), typos=made)


def _document(**parts: object) -> str:
    tool = {"name": "airlock", "version": __version__}
    document = {"schema": SCHEMA, "tool": tool, **parts}
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
