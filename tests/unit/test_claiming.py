"""How people claim names, give them back and move them."""

import pytest

from airlock import claiming
from airlock.errors import NameTaken, TargetNotFound, UsageError
from airlock.model import ProjectName
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import HERE, Claim, Origin, Owner, Ownership
from tests.simulators.memory_store import MemoryStore
from tests.unit.store.examples import NOW, SOURCE
from tests.unit.store.name_examples import claim, seen

MIRROR = "https://mirror.example/simple/"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def owner_of(store: MemoryStore, project: str) -> Owner:
    name = ProjectName(project)
    return Ownership(store.claims_on(name), Owner(SOURCE)).of(name).owner


def release(store: MemoryStore, pattern: str) -> Claim:
    return claiming.release(store, NamePattern(pattern), by="Bob", reason="sold", at=NOW)


def test_claim_says_what_it_takes_from_an_upstream(store: MemoryStore) -> None:
    store.add_claims(
        [seen("acme-x"), seen("acme"), seen("other"), claim("acme-y", upstream=SOURCE)]
    )
    done = claiming.claim(store, claim("acme-*"))
    assert done.taken == ("acme", "acme-x")
    assert owner_of(store, "acme-x") == HERE
    assert owner_of(store, "acme-y") == Owner(SOURCE)


def test_claim_that_changes_nothing_takes_nothing(store: MemoryStore) -> None:
    store.add_claims([claim("acme-*")])
    assert claiming.claim(store, claim("acme-x")).taken == ()


def test_hosted_name_is_neither_given_away_nor_given_back(store: MemoryStore) -> None:
    store.add_claims([claim("acme-x", Origin.HOSTED)])
    with pytest.raises(NameTaken):
        claiming.claim(store, claim("acme-x", upstream=SOURCE))
    with pytest.raises(NameTaken):
        release(store, "acme-x")
    assert len(store.claims(first_seen=True)) == 1


def test_release_ends_the_claim_on_this_very_pattern(store: MemoryStore) -> None:
    store.add_claims([claim("acme-*"), claim("acme-x")])
    assert release(store, "acme-x").pattern == "acme-x"
    assert owner_of(store, "acme-x") == HERE
    assert release(store, "Acme.*").pattern == "acme-*"
    assert owner_of(store, "acme-x") == Owner(SOURCE)
    with pytest.raises(TargetNotFound):
        release(store, "acme-*")


def test_release_needs_a_reason(store: MemoryStore) -> None:
    store.add_claims([claim("x")])
    with pytest.raises(UsageError):
        claiming.release(store, NamePattern("x"), by="Bob", reason=" ", at=NOW)
    assert owner_of(store, "x") == HERE


def test_move_takes_all_names_of_one_upstream_and_no_other(store: MemoryStore) -> None:
    given = [seen("a"), claim("b", upstream=SOURCE), claim("c"), seen("d", "https://x.example/")]
    store.add_claims(given)
    moved = claiming.move(store, SOURCE, MIRROR, by="Ada", reason="mirror", at=NOW)
    assert moved == 2
    owners = [owner_of(store, name).word for name in "abcd"]
    assert owners == [MIRROR, MIRROR, "here", "https://x.example/"]


def test_moved_names_still_give_way_to_a_prefix(store: MemoryStore) -> None:
    store.add_claims([seen("acme-x")])
    claiming.move(store, SOURCE, MIRROR, by="Ada", reason="mirror", at=NOW)
    store.add_claims([claim("acme-*")])
    assert owner_of(store, "acme-x") == HERE


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("here", HERE),
        ("https://index.example/simple", Owner(SOURCE)),
        ("https://user:word@index.example/simple/", Owner(SOURCE)),
    ],
)
def test_owner_of_a_word(text: str, owner: Owner) -> None:
    assert claiming.owner_of(text) == owner


@pytest.mark.parametrize("text", ["", "there", "ftp://index.example/", "/simple/"])
def test_owner_that_is_none(text: str) -> None:
    with pytest.raises(UsageError):
        claiming.owner_of(text)
