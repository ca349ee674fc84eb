"""One page that holds everything: signals, a timeline drawn to scale, processes as a tree.

Nothing of it comes from elsewhere, nothing in it runs, and every text of the package is escaped.
"""

from collections.abc import Sequence
from importlib import resources
from typing import Any

from airlock.behaviour import Phase, Tier
from airlock.errors import MissingExtra
from airlock.report.detonations.results import Detonated, decision_of
from airlock.report.detonations.scenes import Scene, processes, scenes
from airlock.report.plain import printable
from airlock.report.results import Unexamined

_LANES = (
    "program",
    "module",
    "file",
    "name",
    "connection",
    "request",
    "bytes",
    "wait",
    "code",
    "gap",
)
_WIDTH, _LANE_HEIGHT, _LEFT = 960, 22, 110


def render_html(results: Sequence[Detonated | Unexamined]) -> str:
    """Return the page.

    Raises:
        MissingExtra: if Jinja is not installed.
    """
    try:
        import jinja2
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "Jinja is not installed", hint="Install it with: pip install 'pypi-airlock[sandbox]'"
        ) from error
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.filters["plain"] = printable
    text = (resources.files("airlock.report") / "templates/detonation.html").read_text("utf-8")
    shown = [_shown(result) for result in results]
    return environment.from_string(text).render(results=shown)


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
        "chart": _chart(told),
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


def _chart(told: Sequence[Scene]) -> dict[str, Any]:
    """Return the timeline as shapes: phases as bands, a mark for each thing that happened."""
    lines = [line for scene in told for line in scene.lines]
    last = max((line.at for line in lines), default=0.0)
    total = max([last, *(_band(scene, last)[1] for scene in told)], default=0.0) or 1.0
    lanes = [lane for lane in _LANES if any(line.what == lane for line in lines)]

    def across(at: float) -> float:
        return round(_LEFT + at / total * (_WIDTH - _LEFT - 10), 1)

    return {
        "width": _WIDTH,
        "height": 40 + _LANE_HEIGHT * max(1, len(lanes)),
        "lanes": [
            {"name": lane, "y": 46 + _LANE_HEIGHT * place} for place, lane in enumerate(lanes)
        ],
        "bands": [
            {
                "name": str(scene.phase),
                "x": across(begin),
                "width": max(2, across(end) - across(begin)),
            }
            for scene in told
            for begin, end in [_band(scene, last)]
        ],
        "marks": [
            {
                "x": across(line.at),
                "y": 42 + _LANE_HEIGHT * lanes.index(line.what),
                "what": line.what,
                "text": f"{line.at:.2f} s: {line.text[:200]}",
            }
            for line in lines
        ],
    }


def _band(scene: Scene, last: float) -> tuple[float, float]:
    begin = min((line.at for line in scene.lines), default=last)
    return begin, begin + scene.seconds
