"""Shares, intervals and places in a distribution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.statistics import share_of, spread


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [
        # By the formula of Wilson (1927), worked out by hand for these.
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_interval_of_wilson(count: int, total: int, low: float, high: float) -> None:
    found = share_of(count, total)
    assert found.low == pytest.approx(low, abs=2e-4)
    assert found.high == pytest.approx(high, abs=2e-4)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_holds_the_share_and_stays_within_all(pair: tuple[int, int]) -> None:
    found = share_of(*pair)
    assert 0.0 <= found.low <= found.share <= found.high <= 1.0


def test_share_of_nothing_says_nothing() -> None:
    assert (share_of(0, 0).low, share_of(0, 0).high) == (0.0, 1.0)


def test_places_in_a_distribution() -> None:
    found = spread(float(number) for number in range(1, 101))
    assert (found.median, found.p95, found.most, found.total) == (50.0, 95.0, 100.0, 5050.0)
    assert spread([3.0]).p95 == 3.0
    assert spread([]).count == 0
