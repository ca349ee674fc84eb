"""Who asks for names that nobody has, without saying who."""

import datetime as dt
from typing import Any

import pytest

from airlock.errors import UsageError
from airlock.model import ProjectName
from airlock.model.phantom import Sighting, client_of, network_of

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
COMPLETE: dict[str, Any] = {
    "project": ProjectName("reqeusts"),
    "count": 2,
    "first_asked": NOW,
    "last_asked": NOW,
}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:12:34::1", "2001:db8:12::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::1", "::/48"),
        ("", ""),
        ("unix:", ""),
        ("198.51.100.77, 203.0.113.9", ""),
        ("<script>", ""),
    ],
)
def test_network_of_an_address(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("user_agent", "client"),
    [
        ('pip/25.0 {"ci":null}', "pip"),
        ("uv/0.9.1 {}", "uv"),
        ("poetry/2.1.0 CPython/3.13", "poetry"),
        ("Mozilla/5.0 (X11) pip/25", "other"),
        ("pip-audit/2.0", "other"),
        ("", "other"),
        ("/", "other"),
        ("x" * 10_000, "other"),
    ],
)
def test_client_of_a_user_agent(user_agent: str, client: str) -> None:
    assert client_of(user_agent) == client


def test_sum_has_both_counts_and_the_widest_times() -> None:
    earlier = Sighting(**{**COMPLETE, "first_asked": NOW - DAY, "last_asked": NOW - DAY})
    both = Sighting(**COMPLETE) + earlier
    assert (both.count, both.first_asked, both.last_asked) == (4, NOW - DAY, NOW)
    assert both == earlier + Sighting(**COMPLETE)


@pytest.mark.parametrize(
    "lack", [{"count": 0}, {"last_asked": NOW.replace(tzinfo=None)}], ids=lambda lack: str(lack)[:9]
)
def test_sighting_that_makes_no_sense(lack: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Sighting(**{**COMPLETE, **lack})
