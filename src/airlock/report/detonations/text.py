"""What a person reads in a terminal of a detonation: the signals first, then the timeline."""

from collections.abc import Iterator, Sequence

import click

from airlock.behaviour import Comparison, Signal, Tier
from airlock.model import Finding, Severity
from airlock.report.detonations.results import Detonated, decision_of
from airlock.report.detonations.scenes import Line, Scene, scenes
from airlock.report.plain import one_line, printable
from airlock.report.results import Unexamined
from airlock.report.text import COLOURS

_TIER_COLOURS = {Tier.PROOF: "red", Tier.SUSPICION: "yellow", Tier.CONTEXT: None}
_EVIDENCE_LINES = 4
_WIDTH = 150
_CONTEXT_SHOWN = 6
_LINES_SHOWN = 40
_STATIC_SHOWN = 6


def render_text(results: Sequence[Detonated | Unexamined], *, verbose: bool) -> str:
    """Return the report; styled with ANSI codes, which ``click.echo`` takes out for files.

    Args:
        results: of the command.
        verbose: show every line of the timeline, and what the phases printed.
    """
    lines: list[str] = []
    for result in results:
        if isinstance(result, Unexamined):
            lines += _unexamined(result)
        else:
            lines += _detonated(result, verbose=verbose)
    return "\n".join(lines) + "\n"


def _unexamined(result: Unexamined) -> Iterator[str]:
    yield _headline("hold", result.name, "was not run")
    yield f"  {printable(result.reason)}"
    if result.hint:
        yield f"  {printable(result.hint)}"


def _headline(word: str, name: str, note: str) -> str:
    badge = click.style(word.ljust(8), fg=COLOURS[word], bold=True)
    return f"{badge}{click.style(printable(name), bold=True)}  {click.style(note, dim=True)}"


def _detonated(result: Detonated, *, verbose: bool) -> Iterator[str]:
    header = result.trace.header
    seconds = f"  {result.seconds:.1f} s" if result.seconds else ""
    note = f"sha256 {header.sha256[:12]}…  Python {header.python}, {header.profile}{seconds}"
    yield _headline(decision_of(result).word, header.filename, note)
    yield from (f"  {printable(note)}" for note in result.notes)
    yield from (
        click.style(f"  not seen: {printable(gap)}", fg="yellow") for gap in result.judgement.gaps
    )
    if result.comparison is not None:
        yield from _comparison(result.comparison)
    yield from _signals(result.judgement.signals, verbose=verbose)
    yield from _static(result)
    for scene in scenes(result.trace):
        yield from _scene(scene, verbose=verbose)


def _comparison(comparison: Comparison) -> Iterator[str]:
    """Yield what is different from the release before: the signs of a diff."""
    parts = (comparison.new, "new"), (comparison.gone, "gone"), (comparison.same, "as before")
    counts = ", ".join(f"{len(signals)} {word}" for signals, word in parts)
    yield f"  against {printable(comparison.previous)}: {counts}"
    for sign, colour, signals in (
        ("+", "green", comparison.new),
        ("-", "red", comparison.gone),
        (" ", None, comparison.same),
    ):
        for signal in signals:
            told = f"{sign} {signal.tier.word:<10}{signal.phase:<8} {printable(signal.message)}"
            yield f"    {click.style(told, fg=colour)}"


def _signals(signals: Sequence[Signal], *, verbose: bool) -> Iterator[str]:
    context = [signal for signal in signals if signal.tier is Tier.CONTEXT]
    for signal in signals:
        if signal.tier is not Tier.CONTEXT or verbose or signal in context[:_CONTEXT_SHOWN]:
            badge = click.style(signal.tier.word.ljust(10), fg=_TIER_COLOURS[signal.tier])
            yield f"  {badge}{signal.phase:<8} {printable(signal.message)}"
            if signal.tier is not Tier.CONTEXT or verbose:
                yield from _evidence(signal.evidence)
    if not verbose and len(context) > _CONTEXT_SHOWN:
        yield click.style(f"  and {len(context) - _CONTEXT_SHOWN} more of context", dim=True)
    if not signals:
        yield "  Nothing was seen that speaks against it."


def _evidence(text: str) -> Iterator[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    for line in lines[:_EVIDENCE_LINES]:
        yield f"      │ {one_line(line, longest=_WIDTH)}"
    if len(lines) > _EVIDENCE_LINES:
        yield f"      │ … {len(lines) - _EVIDENCE_LINES} more lines"


def _static(result: Detonated) -> Iterator[str]:
    """Yield what was found without running it, where it is worth a look."""
    if result.verdict is None:
        return
    found: list[Finding] = [
        finding
        for outcome in result.verdict.outcomes
        for finding in outcome.findings
        if finding.severity >= Severity.HIGH and not finding.check.startswith("behaviour-")
    ]
    if found:
        yield click.style("  read without running it:", dim=True)
    for finding in found[:_STATIC_SHOWN]:
        place = f" ({printable(finding.path)}:{finding.line})" if finding.path else ""
        yield f"    {finding.severity.value} {printable(finding.message)}{place}  [{finding.check}]"


def _scene(scene: Scene, *, verbose: bool) -> Iterator[str]:
    ended = f", {printable(scene.ended)}" if scene.ended else ""
    yield click.style(f"  {scene.phase}  {scene.seconds:.2f} s{ended}", bold=True)
    shown = scene.lines if verbose else scene.lines[:_LINES_SHOWN]
    yield from (_line(line, verbose=verbose) for line in shown)
    rest = len(scene.lines) - len(shown) + scene.more
    if rest:
        yield click.style(f"    … {rest} more; --verbose or --format html shows them", dim=True)
    if verbose and scene.output:
        yield from (
            f"      > {one_line(line, longest=_WIDTH)}" for line in scene.output.splitlines()[:40]
        )


def _line(line: Line, *, verbose: bool) -> str:
    text = one_line(line.text, longest=_WIDTH)
    colour = "red" if line.what in ("code", "gap") else None
    told = f"    {line.at:7.2f}  {click.style(line.what.ljust(10), fg=colour)} {text}"
    if verbose and line.detail:
        told += "".join(
            f"\n        │ {one_line(row, longest=_WIDTH)}" for row in line.detail.splitlines()[:20]
        )
    return told
