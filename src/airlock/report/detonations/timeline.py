"""What happened in a sandbox, drawn to scale: shapes for a template, in pixels."""

from collections.abc import Sequence
from typing import Any

from airlock.report.detonations.scenes import Scene

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


def timeline(told: Sequence[Scene]) -> dict[str, Any]:
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
