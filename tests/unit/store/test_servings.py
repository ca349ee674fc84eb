"""What every store promises about servings: who got which file."""

import datetime as dt

import pytest

from airlock.errors import UsageError
from airlock.model import ProjectName, Sha256
from airlock.model.serving import Serving
from airlock.store import Store
from tests.unit.store.examples import DAY, NOW

DIGEST = Sha256.of(b"example")


def serving(account: str = "ci", count: int = 1, at: dt.datetime = NOW, **more: str) -> Serving:
    given = {"network": "198.51.100.0/24", "client": "pip", "filename": "example-1.0.tar.gz"}
    return Serving(
        sha256=DIGEST,
        project=ProjectName("example"),
        account=account,
        count=count,
        first_served=at,
        last_served=at,
        **{**given, **more},
    )


def test_they_come_back_sorted_and_added_up(store: Store) -> None:
    store.add_servings([serving("b"), serving("a", 2)], most=10)
    store.add_servings([serving("a", 3, NOW + DAY), serving("a", client="uv")], most=10)
    found = store.servings()
    assert [(one.account, one.client, one.count) for one in found] == [
        ("a", "pip", 5),
        ("a", "uv", 1),
        ("b", "pip", 1),
    ]
    assert (found[0].first_served, found[0].last_served) == (NOW, NOW + DAY)
    assert found[0] == serving("a", 2) + serving("a", 3, NOW + DAY)


def test_of_too_many_the_oldest_go(store: Store) -> None:
    store.add_servings([serving(str(n), at=NOW + n * DAY) for n in range(6)], most=4)
    assert [one.account for one in store.servings()] == ["2", "3", "4", "5"]


def test_none_at_all(store: Store) -> None:
    store.add_servings([], most=10)
    assert store.servings() == ()


@pytest.mark.parametrize("count", [0, -1])
def test_what_was_never_served_is_none(count: int) -> None:
    with pytest.raises(UsageError):
        serving(count=count)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(UsageError):
        serving(at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (serving("payments"), "payments (pip, 198.51.100.0/24)"),
        (serving("", network=""), "nobody known (pip)"),
        (serving("payments", network="", client=""), "payments"),
        (serving("", network="", client=""), "nobody known"),
    ],
)
def test_a_person_reads_who_got_it(given: Serving, told: str) -> None:
    assert given.to_whom == told
