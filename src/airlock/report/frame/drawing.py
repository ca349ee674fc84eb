"""Drawings as shapes, computed here, drawn by the templates as SVG. Coordinates are in pixels."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 720, 200, 44, 24, 12
_STEPS = (1, 2, 5)
_MOST_LABELS = 8


class Mark(NamedTuple):
    """A word at a place."""

    x: float
    y: float
    text: str


class Bar(NamedTuple):
    """A part of a column."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    text: str


class Bars(NamedTuple):
    """Columns of parts that are stacked."""

    width: int
    height: int
    left: int
    kinds: tuple[str, ...]
    grid: list[Mark]
    bars: list[Bar]
    labels: list[Mark]
    told: str
    """The whole of it in words, for who cannot see it."""


def bars_by_day(
    counts: Mapping[dt.date, Mapping[str, int]], days: Sequence[dt.date], kinds: tuple[str, ...]
) -> Bars:
    """Return the counts of several kinds as stacked columns, one a day.

    Args:
        counts: how many of each kind, by day; what is missing is none.
        days: the days to show, in their order.
        kinds: from the bottom of a column to its top.
    """
    highest = max((sum(counts.get(day, {}).values()) for day in days), default=0)
    top, step = _scale(highest)
    room = _HEIGHT - _BOTTOM - _TOP
    each = (_WIDTH - _LEFT) / max(1, len(days))

    def down(value: float) -> float:
        return round(_TOP + room * (1 - value / top), 1)

    bars = []
    for place, day in enumerate(days):
        base = 0
        for kind in kinds:
            count = counts.get(day, {}).get(kind, 0)
            if count:
                x, high = round(_LEFT + place * each + each * 0.14, 1), down(base + count)
                tall = round(down(base) - high, 1)
                bars.append(
                    Bar(kind, x, high, round(each * 0.72, 1), tall, f"{day}: {count:,} {kind}")
                )
            base += count
    every = -(-len(days) // _MOST_LABELS) or 1
    labels = [
        Mark(round(_LEFT + (place + 0.5) * each, 1), 0, f"{day.day} {day:%b}")
        for place, day in enumerate(days)
        if place % every == every // 2
    ]
    grid = [Mark(_LEFT, down(value), f"{value:,}") for value in range(0, top + 1, step)]
    totals = {kind: sum(counts.get(day, {}).get(kind, 0) for day in days) for kind in kinds}
    said = ", ".join(f"{total:,} {kind}" for kind, total in totals.items())
    told = f"{len(days)} days up to {days[-1] if days else 'today'}: {said}"
    return Bars(_WIDTH, _HEIGHT, _LEFT, kinds, grid, bars, labels, told)


def _scale(highest: int) -> tuple[int, int]:
    """Return the top of a scale and the step of its grid: at most four steps, in round numbers."""
    size = 1
    while True:
        for multiple in _STEPS:
            step = multiple * size
            if highest <= 4 * step:
                return max(step, -(-highest // step) * step), step
        size *= 10
