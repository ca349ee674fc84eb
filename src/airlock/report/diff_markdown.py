"""A diff for a review: what a person pastes into an issue or a pull request."""

from collections.abc import Iterable, Iterator

from airlock.model import Severity
from airlock.profiles import Contrast, Difference, FileChange
from airlock.profiles.source import SourceMatch
from airlock.report.comparison import Comparison
from airlock.report.markdown import code, escaped, fence_for
from airlock.report.plain import printable
from airlock.report.results import Unexamined


def render_diff_markdown(results: Iterable[Comparison | Unexamined]) -> str:
    """Return the report as Markdown, in the dialect of GitHub."""
    lines = [line for result in results for line in _result(result)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _result(result: Comparison | Unexamined) -> Iterator[str]:
    if isinstance(result, Unexamined):
        yield f"## {escaped(result.name)}: could not be compared"
        yield f"\n{escaped(result.reason)}\n"
        return
    yield f"## {escaped(result.headline)}: {result.verdict.decision.word}\n"
    for reason in result.verdict.reasons:
        if reason.rule != "finding":
            yield f"{escaped(reason.message)}\n"
    if result.contrast is not None:
        if result.contrast.source is not None:
            yield from _source(result.contrast.source)
        elif not result.contrast.differences:
            yield "Nothing that it does has changed.\n"
        yield from _behaviour(result.contrast.differences)
        yield from _files(result.contrast)
        for file in result.contrast.files:
            yield from _lines(file)


def _source(match: SourceMatch) -> Iterator[str]:
    yield f"In the source: {match.same:,}\n"
    if match.generated:
        yield "| recognised | what wrote it |"
        yield "|---|---|"
        for one in match.generated:
            yield f"| {code(one.path)} | {escaped(one.how)} |"
        yield ""
    if match.unseen:
        yield f"In submodules, which are not fetched: {len(match.unseen):,}\n"


def _behaviour(differences: Iterable[Difference]) -> Iterator[str]:
    told = list(differences)
    if not told:
        return
    yield "| | change | where | evidence |"
    yield "|---|---|---|---|"
    for one in told:
        sure = f"{one.severity.value}/{one.confidence.value}"
        sure = "context" if one.severity is Severity.INFO else f"**{sure}**"
        where = f"{one.path}:{one.line}" if one.line else one.path
        cells = (escaped(one.message), code(where), code(one.evidence))
        yield f"| {sure} | {' | '.join(cells)} |"
    yield ""


def _files(contrast: Contrast) -> Iterator[str]:
    if not contrast.files:
        return
    yield "| file | | lines |"
    yield "|---|---|---|"
    for file in contrast.files:
        yield f"| {code(file.path)} | {file.how} | +{file.lines_added} -{file.lines_removed} |"
    if contrast.left_out:
        yield f"\n{contrast.left_out:,} more files differ."
    yield ""


def _lines(file: FileChange) -> Iterator[str]:
    if not file.diff:
        return
    text = printable(file.diff, keep_lines=True)
    fence = fence_for(text)
    yield f"### {escaped(file.path)}\n"
    yield f"{fence}diff\n{text}\n{fence}"
    if file.note:
        yield f"\n{escaped(file.note)}"
    yield ""
