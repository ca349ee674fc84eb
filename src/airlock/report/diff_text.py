"""What a person reads of a diff: what the code newly does, then which files, then the lines."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import click

from airlock.model import Severity
from airlock.profiles import Contrast, Difference, FileChange
from airlock.profiles.source import SourceMatch
from airlock.report.comparison import Comparison
from airlock.report.plain import one_line, printable
from airlock.report.results import Unexamined
from airlock.report.text import COLOURS, SEVERITY_COLOURS

_EVIDENCE_LINES = 6
_WIDTH = 160
_MOST_FILES = 40
_WORD_WIDTH = 8
_MARKS = {"added": "+", "removed": "-", "changed": "~"}


def render_diff_text(results: Sequence[Comparison | Unexamined], *, full: bool = False) -> str:
    """Return the report; styled with ANSI codes, which ``click.echo`` takes out for files.

    Args:
        results: of the command.
        full: show every file, however many there are.
    """
    lines = [line for result in results for line in _result(result, full=full)]
    return "\n".join(lines) + "\n"


def _result(result: Comparison | Unexamined, *, full: bool) -> Iterator[str]:
    if isinstance(result, Unexamined):
        yield _headline("hold", printable(result.name))
        yield f"  could not be compared: {printable(result.reason)}"
        if result.hint:
            yield f"  {printable(result.hint)}"
        return
    yield _headline(result.verdict.decision.word, printable(result.headline))
    for reason in result.verdict.reasons:
        if reason.rule != "finding":
            yield f"  {printable(reason.message)}"
    if result.contrast is None:
        return
    if result.contrast.source is not None:
        yield from _source(result.contrast.source)
    yield from _behaviour(result.contrast.differences, of_source=result.contrast.source is not None)
    yield from _files(result.contrast, full=full)
    yield from _lines(result.contrast.files)


def _headline(word: str, text: str) -> str:
    badge = click.style(word.ljust(_WORD_WIDTH), fg=COLOURS[word], bold=True)
    return f"{badge}{click.style(text, bold=True)}"


def _source(match: SourceMatch) -> Iterator[str]:
    yield f"  in the source: {match.same:,}"
    by_way = Counter(one.how.partition(", from ")[0] for one in match.generated)
    if by_way:
        told = ", ".join(f"{how} ({count:,})" for how, count in sorted(by_way.items()))
        yield f"  recognised: {by_way.total():,}, of which {printable(told)}"
    if match.unseen:
        yield f"  in submodules, which are not fetched: {len(match.unseen):,}"


def _behaviour(differences: Sequence[Difference], *, of_source: bool) -> Iterator[str]:
    if not differences and not of_source:
        yield "  Nothing that it does has changed."
    for difference in differences:
        sure = f"{difference.severity.value}/{difference.confidence.value}"
        if difference.severity is Severity.INFO:
            sure = "context"
        badge = click.style(sure, fg=SEVERITY_COLOURS[difference.severity])
        yield f"  {badge} {printable(difference.message)}"
        where = printable(difference.path)
        if where:
            line = f":{difference.line}" if difference.line else ""
            yield click.style(f"      {where}{line}", dim=True)
        yield from _evidence(difference.evidence)


def _evidence(text: str) -> Iterator[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines[:_EVIDENCE_LINES]:
        yield f"      │ {one_line(line, longest=_WIDTH)}"
    if len(lines) > _EVIDENCE_LINES:
        yield f"      │ … {len(lines) - _EVIDENCE_LINES} more lines"


def _files(contrast: Contrast, *, full: bool) -> Iterator[str]:
    shown = contrast.files if full else contrast.files[:_MOST_FILES]
    if shown:
        yield click.style("  Files", bold=True)
    for file in shown:
        acts = click.style("  does something", dim=True) if file.acts else ""
        yield f"    {_MARKS[file.how]} {printable(file.path)}  {_size(file)}{acts}"
    hidden = len(contrast.files) - len(shown)
    if hidden + contrast.left_out:
        how = "; --full shows more of them" if hidden else ""
        yield click.style(f"    … {hidden + contrast.left_out:,} more{how}", dim=True)


def _size(file: FileChange) -> str:
    if file.lines_added or file.lines_removed:
        return f"+{file.lines_added:,} -{file.lines_removed:,} lines"
    return f"{file.bytes_before:,} → {file.bytes_after:,} bytes"


def _lines(files: Iterable[FileChange]) -> Iterator[str]:
    for file in files:
        if file.diff or (file.note and file.acts):
            yield ""
            yield click.style(f"  {_MARKS[file.how]} {printable(file.path)}", bold=True)
        for line in file.diff.splitlines():
            colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
            yield "    " + click.style(printable(line), fg=colour)
        if file.note and (file.diff or file.acts):
            yield click.style(f"    … {printable(file.note)}", dim=True)
