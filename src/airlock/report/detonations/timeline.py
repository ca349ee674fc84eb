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
_WIDTH, _LANE_HEIGHT, _LEFT = 960, 26, 110
_TOP, _BOTTOM = 42, 28
_MOST_TICKS = 8


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
        "height": _TOP + _LANE_HEIGHT * max(1, len(lanes)) + _BOTTOM - _LANE_HEIGHT // 2,
        "left": _LEFT,
        "lanes": [
            {"name": lane, "y": _TOP + _LANE_HEIGHT * place} for place, lane in enumerate(lanes)
        ],
        "ticks": [{"x": across(at), "text": f"{at:g} s"} for at in _ticks(total)],
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
                "y": _TOP + _LANE_HEIGHT * lanes.index(line.what),
                "what": line.what,
                "text": f"{line.at:.2f} s: {line.text[:200]}",
            }
            for line in lines
        ],
    }


def _ticks(total: float) -> list[float]:
    """Return the seconds to write at the axis: round ones, not more than there is room for."""
    step = 0.1
    while total / step > _MOST_TICKS:
        # 0.1, 0.2, 0.5, 1, 2, 5, 10, …
        step *= 2.5 if f"{step:e}"[0] == "2" else 2
    return [round(number * step, 3) for number in range(int(total / step) + 1)]


def _band(scene: Scene, last: float) -> tuple[float, float]:
    begin = min((line.at for line in scene.lines), default=last)
    return begin, begin + scene.seconds
