"""Whatever was claimed in whatever order: one owner for every name, by rules that can be stated."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from airlock.model import ProjectName
from airlock.model.name_patterns import NamePattern, covering
from airlock.model.ownership import HERE, Claim, Origin, Owner, Ownership
from airlock.model.wire import decode, encode

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
UPSTREAMS = [Owner("https://index.example/simple/"), Owner("https://mirror.example/simple/")]

_words = st.sampled_from(["a", "b", "c"])
_names = st.lists(_words, min_size=1, max_size=4).map("-".join).map(ProjectName)
_prefixes = _names.map(lambda name: NamePattern(f"{name}-*"))


def _claim(pattern: NamePattern, origin: Origin, owner: Owner, organisation: str = "") -> Claim:
    return Claim(
        pattern=pattern,
        origin=origin,
        owner=owner,
        organisation=organisation,
        by="Ada",
        reason="r",
        at=NOW,
    )


_organisations = st.sampled_from(["", "Acme", "Lab"])
_upstreams = st.sampled_from(UPSTREAMS)
_exact = _names.map(NamePattern)
_here = st.just(HERE)
_claims = st.lists(
    st.one_of(
        st.builds(_claim, _exact, st.just(Origin.CLAIMED), _here | _upstreams, _organisations),
        st.builds(_claim, _prefixes, st.just(Origin.CLAIMED), _here, _organisations),
        st.builds(_claim, _exact | _prefixes, st.just(Origin.RELEASED), _here),
        st.builds(_claim, _exact, st.just(Origin.HOSTED), _here, _organisations),
        st.builds(_claim, _exact, st.just(Origin.FIRST_SEEN), _upstreams),
    ),
    max_size=12,
)


@given(_claims, _names)
def test_every_name_has_one_owner_by_the_rules(claims: list[Claim], project: ProjectName) -> None:
    """The rules, told the slow way: hosted, then exact, then the longest prefix, then seen."""
    holding = Ownership(claims, UPSTREAMS[0]).of(project)
    exact = NamePattern(project)
    if any(c.pattern == exact and c.origin is Origin.HOSTED for c in claims):
        assert holding.owner == HERE
        return
    last: dict[NamePattern, Claim] = {}
    for one in claims:
        if one.origin in {Origin.CLAIMED, Origin.RELEASED}:
            last[one.pattern] = one
    hosted = {c.pattern: c for c in claims if c.origin is Origin.HOSTED}
    for pattern in covering(project):
        known = last.get(pattern)
        if pattern in hosted or (known is not None and known.origin is Origin.CLAIMED):
            assert holding.claim == hosted.get(pattern, known)
            return
    since = [c for c in claims if c.pattern == exact]
    while any(c.origin is Origin.RELEASED for c in since):
        since.pop(0)
    since = [c for c in since if c.origin is Origin.FIRST_SEEN]
    assert holding.owner == (since[0].owner if since else UPSTREAMS[0])


@given(_claims, _names)
def test_claims_that_cover_a_name_are_enough_to_know_its_owner(
    claims: list[Claim], project: ProjectName
) -> None:
    covering_it = [claim for claim in claims if claim.pattern.covers(project)]
    whole = Ownership(claims, UPSTREAMS[0]).of(project)
    assert Ownership(covering_it, UPSTREAMS[0]).of(project) == whole


@given(_claims, _names, _upstreams, st.integers(0, 12))
def test_no_first_sight_ever_moves_what_a_person_gave_to_this_index(
    claims: list[Claim], project: ProjectName, upstream: Owner, at: int
) -> None:
    """Whenever it is recorded: a gate that is slow cannot undo a claim."""
    before = Ownership(claims, UPSTREAMS[0]).of(project)
    seen = _claim(NamePattern(project), Origin.FIRST_SEEN, upstream)
    after = Ownership([*claims[:at], seen, *claims[at:]], UPSTREAMS[0]).of(project)
    if before.owner.here:
        assert after == before


@given(_claims, _prefixes, _names)
def test_reserved_prefix_keeps_all_its_names_from_upstreams(
    claims: list[Claim], prefix: NamePattern, project: ProjectName
) -> None:
    """But for those that a person gave to an upstream one by one."""
    reserved = Ownership([*claims, _claim(prefix, Origin.CLAIMED, HERE)], UPSTREAMS[0])
    holding = reserved.of(project)
    if prefix.covers(project) and not holding.owner.here:
        assert holding.claim is not None
        assert holding.claim.origin is Origin.CLAIMED
        assert holding.claim.pattern == NamePattern(project)


@given(_claims, _names, _organisations, _organisations)
def test_two_organisations_never_share_a_reserved_name(
    claims: list[Claim], project: ProjectName, one: str, other: str
) -> None:
    ownership = Ownership(claims, UPSTREAMS[0])
    rulings = [ownership.may_upload(project, who, upstream_has_it=False) for who in (one, other)]
    if ownership.of(project).organisation and one != other:
        assert not all(ruling.allowed for ruling in rulings)


@given(_names)
def test_every_pattern_that_covers_a_name_says_so(project: ProjectName) -> None:
    patterns = covering(project)
    assert len(set(patterns)) == len(patterns)
    assert all(pattern.covers(project) for pattern in patterns)
    assert [len(pattern) for pattern in patterns[1:]] == sorted(map(len, patterns[1:]))[::-1]


@given(_claims)
def test_round_trip(claims: list[Claim]) -> None:
    assert decode(encode(claims), list[Claim]) == claims
