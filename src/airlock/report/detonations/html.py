"""One page that holds everything: signals, a timeline drawn to scale, processes as a tree.

Nothing of it comes from elsewhere, nothing in it runs, and every text of the package is escaped.
"""

from collections.abc import Sequence
from typing import Any

from airlock.behaviour import Phase, Tier
from airlock.report.detonations.results import Detonated, decision_of
from airlock.report.detonations.scenes import processes, scenes
from airlock.report.detonations.timeline import timeline
from airlock.report.frame import render
from airlock.report.results import Unexamined


def render_html(results: Sequence[Detonated | Unexamined]) -> str:
    """Return the page."""
    return render("airlock.report", "detonation.html", results=[_shown(one) for one in results])


def _shown(result: Detonated | Unexamined) -> dict[str, Any]:
    if isinstance(result, Unexamined):
        return {"unexamined": True, "name": result.name, "reason": result.reason, "word": "hold"}
    told = scenes(result.trace)
    return {
        "unexamined": False,
        "word": decision_of(result).word,
        "header": result.trace.header,
        "seconds": result.seconds,
        "gaps": result.judgement.gaps,
        "notes": result.notes,
        "signals": result.judgement.signals,
        "comparison": result.comparison,
        "context": Tier.CONTEXT,
        "findings": _findings(result),
        "scenes": told,
        "chart": timeline(told),
        "trees": {phase: processes(result.trace, phase) for phase in Phase},
    }


def _findings(result: Detonated) -> list[Any]:
    if result.verdict is None:
        return []
    return [
        finding
        for outcome in result.verdict.outcomes
        for finding in outcome.findings
        if not finding.check.startswith("behaviour-")
    ]
