"""A diff for a review: what a person pastes into an issue or a pull request.

Text of a package can neither end a code block nor become a link, a mention or HTML: it stands
between fences that are longer than any run of backticks in it, or is escaped.
"""

import re
from collections.abc import Iterable, Iterator

from airlock.model import Severity
from airlock.profiles import Contrast, Difference, FileChange
from airlock.report.comparison import Comparison
from airlock.report.plain import one_line, printable
from airlock.report.results import Unexamined

_WIDTH = 300
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&$:-])")
_BACKTICKS = re.compile(r"`+")


def render_diff_markdown(results: Iterable[Comparison | Unexamined]) -> str:
    """Return the report as Markdown, in the dialect of GitHub."""
    lines = [line for result in results for line in _result(result)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _result(result: Comparison | Unexamined) -> Iterator[str]:
    if isinstance(result, Unexamined):
        yield f"## {_escaped(result.name)}: could not be compared"
        yield f"\n{_escaped(result.reason)}\n"
        return
    yield f"## {_escaped(result.headline)}: {result.verdict.decision.word}\n"
    for reason in result.verdict.reasons:
        if reason.rule != "finding":
            yield f"{_escaped(reason.message)}\n"
    if result.contrast is not None:
        yield from _behaviour(result.contrast.differences)
        yield from _files(result.contrast)
        for file in result.contrast.files:
            yield from _lines(file)


def _behaviour(differences: Iterable[Difference]) -> Iterator[str]:
    told = list(differences)
    if not told:
        yield "Nothing that it does has changed.\n"
        return
    yield "| | change | where | evidence |"
    yield "|---|---|---|---|"
    for one in told:
        sure = f"{one.severity.value}/{one.confidence.value}"
        sure = "context" if one.severity is Severity.INFO else f"**{sure}**"
        where = f"{one.path}:{one.line}" if one.line else one.path
        cells = (_escaped(one.message), _code(where), _code(one.evidence))
        yield f"| {sure} | {' | '.join(cells)} |"
    yield ""


def _files(contrast: Contrast) -> Iterator[str]:
    if not contrast.files:
        return
    yield "| file | | lines |"
    yield "|---|---|---|"
    for file in contrast.files:
        yield f"| {_code(file.path)} | {file.how} | +{file.lines_added} -{file.lines_removed} |"
    if contrast.left_out:
        yield f"\n{contrast.left_out:,} more files differ."
    yield ""


def _lines(file: FileChange) -> Iterator[str]:
    if not file.diff:
        return
    text = printable(file.diff, keep_lines=True)
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"### {_escaped(file.path)}\n"
    yield f"{fence}diff\n{text}\n{fence}"
    if file.note:
        yield f"\n{_escaped(file.note)}"
    yield ""


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", one_line(text, longest=_WIDTH))


def _code(text: str) -> str:
    """Return the text as a code span that fits into the cell of a table."""
    line = one_line(text, longest=_WIDTH)
    if not line:
        return ""
    # A pipe ends a cell even inside a span; its escape is taken out again before the span is read.
    line = line.replace("|", "\\|")
    longest = max((len(run) for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"
