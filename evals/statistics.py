"""Shares with their uncertainty, and places in a distribution."""

import math
from collections.abc import Iterable

import msgspec

# The 97.5 % point of the normal distribution: for an interval of 95 %.
_Z = 1.959963984540054


class Share(msgspec.Struct, frozen=True):
    """So many of so many, with the interval in which the true share lies in 95 of 100 cases."""

    count: int
    total: int
    share: float
    """From 0 to 1; 0 of nothing is 0."""
    low: float
    high: float


class Spread(msgspec.Struct, frozen=True):
    """What a set of figures is like."""

    count: int
    median: float
    p95: float
    most: float
    total: float


def share(flags: Iterable[bool]) -> Share:
    """Return how many are true, with the Wilson interval (Wilson 1927; Brown, Cai, DasGupta 2001).

    Unlike the usual interval it makes sense at 0 of n and n of n, where a good detector lives.
    """
    values = list(flags)
    return share_of(sum(values), len(values))


def share_of(count: int, total: int) -> Share:
    """Return the share of ``count`` in ``total``, with its Wilson interval."""
    if not total:
        return Share(0, 0, 0.0, 0.0, 1.0)
    part = count / total
    scale = 1 + _Z**2 / total
    middle = (part + _Z**2 / (2 * total)) / scale
    half = _Z * math.sqrt(part * (1 - part) / total + _Z**2 / (4 * total**2)) / scale
    # At the ends rounding may carry the bound past the share itself.
    low, high = min(max(0.0, middle - half), part), max(min(1.0, middle + half), part)
    return Share(count, total, round(part, 4), round(low, 4), round(high, 4))


def spread(figures: Iterable[float]) -> Spread:
    """Return the median, the 95th percentile (nearest rank) and the most of some figures."""
    ordered = sorted(figures)
    if not ordered:
        return Spread(0, 0.0, 0.0, 0.0, 0.0)
    return Spread(
        count=len(ordered),
        median=round(_at(ordered, 0.5), 4),
        p95=round(_at(ordered, 0.95), 4),
        most=round(ordered[-1], 4),
        total=round(sum(ordered), 2),
    )


def _at(ordered: list[float], quantile: float) -> float:
    return ordered[max(0, math.ceil(quantile * len(ordered)) - 1)]
