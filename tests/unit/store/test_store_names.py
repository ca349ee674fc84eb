"""What every store promises about names: claims, verdicts on them, and names that nobody has."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from airlock.errors import InvalidName, StoreError
from airlock.model import Decision, ProjectName
from airlock.model.ownership import Origin
from airlock.store import Store
from tests.unit.store.examples import DAY, NOW, SOURCE
from tests.unit.store.name_examples import claim, name_verdict, seen, sighting

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
OTHER_SOURCE = "https://other.example/simple/"


def counts(store: Store) -> dict[str, int]:
    return {one.project: one.count for one in store.sightings(EPOCH)}


class TestClaims:
    def test_come_back_as_they_were(self, store: Store) -> None:
        given = (claim("acme-*"), claim("x", upstream=SOURCE), claim("x", Origin.RELEASED))
        store.add_claims(given)
        assert store.claims(first_seen=True) == given

    def test_on_a_name_are_those_whose_pattern_covers_it(self, store: Store) -> None:
        names = ["a-*", "a-b-*", "a-b-c", "a-b-c-*", "a-b-c-d", "ab-*", "b-*", "a", "a-b"]
        store.add_claims(claim(name) for name in names)
        found = store.claims_on(ProjectName("A.b_C"))
        assert [one.pattern for one in found] == ["a-*", "a-b-*", "a-b-c", "a-b-c-*"]

    def test_stay_in_the_order_of_their_coming(self, store: Store) -> None:
        given = [claim("x", reason=str(number)) for number in range(5)]
        store.add_claims(given[:2])
        store.add_claims(given[2:])
        assert store.claims_on(ProjectName("x")) == tuple(given)

    def test_all_or_none(self, store: Store) -> None:
        with pytest.raises(InvalidName):
            store.add_claims(claim(pattern) for pattern in ("a", "b-*", "*"))
        assert store.claims(first_seen=True) == ()

    def test_none_at_all(self, store: Store) -> None:
        store.add_claims([])
        assert store.claims_on(ProjectName("x")) == ()

    def test_first_seen_are_left_out_on_request(self, store: Store) -> None:
        store.add_claims([claim("a"), seen("b")])
        assert [one.pattern for one in store.claims(first_seen=False)] == ["a"]

    def test_binding_happens_once(self, store: Store) -> None:
        store.bind(seen("x"))
        store.bind(seen("x", OTHER_SOURCE))
        assert [one.owner.upstream for one in store.claims_on(ProjectName("x"))] == [SOURCE]

    def test_binding_gives_way_to_a_claim_on_the_name(self, store: Store) -> None:
        store.add_claims([claim("x")])
        store.bind(seen("x"))
        assert store.claims_on(ProjectName("x")) == (claim("x"),)

    def test_released_name_is_bound_again(self, store: Store) -> None:
        store.bind(seen("x"))
        store.add_claims([claim("x", Origin.RELEASED)])
        store.bind(seen("x", OTHER_SOURCE))
        assert store.claims_on(ProjectName("x"))[-1] == seen("x", OTHER_SOURCE)

    def test_threads_bind_a_name_once(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda number: store.bind(seen(f"x-{number % 3}")), range(24)))
        assert len(store.claims(first_seen=True)) == 3


class TestVerdictsOnNames:
    def test_comes_back_as_it_was(self, store: Store) -> None:
        store.append_name_verdict(name_verdict("x", Decision.HOLD))
        assert store.latest_name_verdict(ProjectName("X")) == name_verdict("x", Decision.HOLD)
        assert store.latest_name_verdict(ProjectName("y")) is None

    def test_the_one_added_last_is_the_latest(self, store: Store) -> None:
        late = name_verdict("x", Decision.REFUSE)
        early = msgspec.structs.replace(name_verdict("x"), decided_at=NOW - DAY)
        store.append_name_verdict(late)
        store.append_name_verdict(early)
        assert store.latest_name_verdict(ProjectName("x")) == early
        assert store.name_verdicts(ProjectName("x")) == (late, early)

    def test_those_that_decide_so_now(self, store: Store) -> None:
        for name, decision in [
            ("a", Decision.HOLD),
            ("b", Decision.HOLD),
            ("a", Decision.ADMIT),
            ("c", Decision.REFUSE),
            ("d", Decision.HOLD),
        ]:
            store.append_name_verdict(name_verdict(name, decision))
        held = store.names_decided(Decision.HOLD, limit=10)
        assert [verdict.project for verdict in held] == ["d", "b"]
        assert [v.project for v in store.names_decided(Decision.HOLD, limit=1)] == ["d"]
        assert store.names_decided(Decision.HOLD, limit=-1) == ()

    def test_hostile_text_survives(self, store: Store) -> None:
        hostile = name_verdict("x", message="'; DROP TABLE name_verdicts; -- \x1b[2J \0 %s")
        store.append_name_verdict(hostile)
        assert store.latest_name_verdict(ProjectName("x")) == hostile

    def test_time_without_zone_is_refused(self, store: Store) -> None:
        naive = msgspec.structs.replace(name_verdict("x"), decided_at=NOW.replace(tzinfo=None))
        with pytest.raises(StoreError):
            store.append_name_verdict(naive)


class TestSightings:
    def test_come_back_as_they_were(self, store: Store) -> None:
        store.add_sightings([sighting("b"), sighting("a", 3, network="", client="uv")], most=10)
        assert store.sightings(EPOCH) == (
            sighting("a", 3, network="", client="uv"),
            sighting("b"),
        )

    def test_of_the_same_key_add_up(self, store: Store) -> None:
        store.add_sightings([sighting("a", 2), sighting("a", 3, client="uv")], most=10)
        earlier = sighting("a", 5, first_asked=NOW - DAY, last_asked=NOW - DAY)
        store.add_sightings([earlier], most=10)
        later = sighting("a", 1, first_asked=NOW + DAY, last_asked=NOW + DAY)
        store.add_sightings([later, later], most=10)
        pip, uv = store.sightings(EPOCH)
        assert (pip.count, pip.first_asked, pip.last_asked) == (9, NOW - DAY, NOW + DAY)
        assert uv.count == 3

    def test_since_a_time(self, store: Store) -> None:
        store.add_sightings([sighting("a"), sighting("b", last_asked=NOW + DAY)], most=10)
        assert len(store.sightings(NOW)) == 2
        found = store.sightings(NOW + dt.timedelta(microseconds=1))
        assert [one.project for one in found] == ["b"]

    def test_least_asked_project_goes_where_there_are_too_many(self, store: Store) -> None:
        store.add_sightings([sighting("a", 5), sighting("b", 2), sighting("c", 3)], most=2)
        assert counts(store) == {"a": 5, "c": 3}
        store.add_sightings([sighting("d", 1)], most=2)
        assert counts(store) == {"a": 5, "c": 3}

    def test_of_equals_the_one_asked_longest_ago_goes(self, store: Store) -> None:
        old = sighting("b", last_asked=NOW - DAY, first_asked=NOW - DAY)
        store.add_sightings([sighting("a"), old, sighting("c")], most=2)
        assert counts(store) == {"a": 1, "c": 1}

    def test_many_askers_of_one_name_count_together(self, store: Store) -> None:
        networks = [f"198.51.{number}.0/24" for number in range(4)]
        many = [sighting("a", 1, network=network) for network in networks]
        store.add_sightings([*many, sighting("b", 3)], most=4)
        assert {one.project for one in store.sightings(EPOCH)} == {"a"}

    def test_nobody_fills_the_disk(self, store: Store) -> None:
        store.add_sightings([sighting("asked-often", 9)], most=50)
        for batch in range(4):
            store.add_sightings((sighting(f"x{batch}-{n}") for n in range(40)), most=50)
        assert len(store.sightings(EPOCH)) == 50
        assert counts(store)["asked-often"] == 9

    def test_nothing_may_be_kept(self, store: Store) -> None:
        store.add_sightings([sighting("a")], most=0)
        assert store.sightings(EPOCH) == ()

    def test_threads_lose_no_count(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: store.add_sightings([sighting("a")], most=9), range(40)))
        assert counts(store) == {"a": 40}
