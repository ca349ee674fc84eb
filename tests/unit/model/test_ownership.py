"""Every name has one owner: patterns, claims, and who may upload."""

import datetime as dt
from typing import Any

import pytest

from airlock.errors import InvalidName, UsageError
from airlock.model import ProjectName
from airlock.model.name_patterns import NamePattern, covering
from airlock.model.ownership import HERE, Claim, Origin, Owner, Ownership

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
UPSTREAM = Owner("https://index.example/simple/")
MIRROR = Owner("https://mirror.example/simple/")


def claim(
    pattern: str, owner: Owner = HERE, origin: Origin = Origin.CLAIMED, **changes: Any
) -> Claim:
    given: dict[str, Any] = {"by": "Ada Example", "reason": "ours", "at": NOW, **changes}
    return Claim(pattern=NamePattern(pattern), owner=owner, origin=origin, **given)


def seen(pattern: str, owner: Owner = UPSTREAM) -> Claim:
    return claim(pattern, owner, Origin.FIRST_SEEN)


def released(pattern: str) -> Claim:
    return claim(pattern, origin=Origin.RELEASED)


def owner_of(project: str, *claims: Claim) -> Owner:
    return Ownership(claims, UPSTREAM).of(ProjectName(project)).owner


class TestPatterns:
    @pytest.mark.parametrize("text", ["acme-*", "Acme_*", "ACME.*", "acme--*", "aCmE-_.*"])
    def test_prefix_is_normalised(self, text: str) -> None:
        assert NamePattern(text) == "acme-*"
        assert NamePattern(text).is_prefix

    @pytest.mark.parametrize("text", ["acme-x", "Acme_X", "ACME..x"])
    def test_name_is_normalised(self, text: str) -> None:
        assert NamePattern(text) == "acme-x"
        assert not NamePattern(text).is_prefix

    @pytest.mark.parametrize("text", ["", "*", "-*", "acme*", "acme-**", "*-acme", "a b-*", "ä-*"])
    def test_what_is_neither_is_refused(self, text: str) -> None:
        with pytest.raises(InvalidName):
            NamePattern(text)

    def test_prefix_covers_itself_and_what_follows_a_dash(self) -> None:
        """PEP 752, "Project matching": foo matches foo-bar and never foobar."""
        prefix = NamePattern("acme-*")
        assert [prefix.covers(ProjectName(n)) for n in ("acme", "acme-x", "Acme_X-y")] == [True] * 3
        assert not any(prefix.covers(ProjectName(n)) for n in ("acmes", "ac-me", "x-acme", "x"))

    def test_covering_begins_with_what_says_most(self) -> None:
        assert covering(ProjectName("a-b-c")) == ("a-b-c", "a-b-c-*", "a-b-*", "a-*")


class TestResolution:
    def test_unclaimed_name_belongs_to_the_upstream(self) -> None:
        holding = Ownership((), UPSTREAM).of(ProjectName("harbour"))
        assert (holding.owner, holding.claim, holding.since) == (UPSTREAM, None, None)
        assert "nobody claimed" in holding.why

    def test_prefix_covers_its_names_only(self) -> None:
        assert owner_of("acme-x", claim("acme-*")) == HERE
        assert owner_of("acme", claim("acme-*")) == HERE
        assert owner_of("acmex", claim("acme-*")) == UPSTREAM

    def test_longest_prefix_wins(self) -> None:
        claims = [claim("a-*", organisation="A"), claim("a-b-*", organisation="B")]
        for order in (claims, claims[::-1]):
            ownership = Ownership(order, UPSTREAM)
            assert ownership.of(ProjectName("a-b-c")).organisation == "B"
            assert ownership.of(ProjectName("a-c")).organisation == "A"

    def test_exact_claim_beats_any_prefix(self) -> None:
        claims = [claim("acme-public", UPSTREAM), claim("acme-*"), claim("acme-public-*")]
        for order in (claims, claims[::-1]):
            assert owner_of("acme-public", *order) == UPSTREAM
            assert owner_of("acme-public-x", *order) == HERE

    def test_latest_word_of_a_person_decides(self) -> None:
        assert owner_of("x", claim("x"), claim("x", UPSTREAM)) == UPSTREAM
        assert owner_of("x", claim("x", UPSTREAM), claim("x")) == HERE
        assert owner_of("x", claim("x"), released("x")) == UPSTREAM
        assert owner_of("x", claim("x"), released("x"), claim("x")) == HERE

    def test_release_lets_the_wider_claim_hold_again(self) -> None:
        claims = [claim("acme-*"), claim("acme-x", UPSTREAM), released("acme-x")]
        assert owner_of("acme-x", *claims) == HERE

    def test_first_seen_binds_and_the_first_stays(self) -> None:
        assert owner_of("x", seen("x", MIRROR)) == MIRROR
        assert owner_of("x", seen("x", MIRROR), seen("x", UPSTREAM)) == MIRROR

    @pytest.mark.parametrize("said", [claim("acme-x"), claim("acme-*"), claim("acme-x-*")])
    def test_what_was_first_seen_gives_way_to_a_person_in_either_order(self, said: Claim) -> None:
        assert owner_of("acme-x", seen("acme-x"), said) == HERE
        assert owner_of("acme-x", said, seen("acme-x")) == HERE

    def test_after_a_release_a_name_is_seen_anew(self) -> None:
        claims = [seen("x", MIRROR), released("x")]
        assert owner_of("x", *claims) == UPSTREAM
        assert owner_of("x", *claims, seen("x", UPSTREAM), seen("x", MIRROR)) == UPSTREAM

    def test_release_of_a_prefix_gives_back_what_was_first_seen(self) -> None:
        claims = [seen("acme-x", MIRROR), claim("acme-*"), released("acme-*")]
        assert owner_of("acme-x", *claims) == MIRROR

    @pytest.mark.parametrize(
        "other", [released("x"), claim("x", UPSTREAM), seen("x"), claim("x-*", organisation="B")]
    )
    def test_what_is_hosted_here_belongs_here_whatever_else_is_said(self, other: Claim) -> None:
        hosted = claim("x", origin=Origin.HOSTED, organisation="A")
        for order in ([hosted, other], [other, hosted]):
            assert owner_of("x", *order) == HERE

    def test_claims_in_force_are_one_for_each_pattern(self) -> None:
        claims = [
            claim("b"),
            claim("a-*"),
            released("b"),
            seen("c"),
            seen("d"),
            claim("d"),
            seen("b"),
        ]
        in_force = Ownership(claims, UPSTREAM).in_force()
        assert [(one.pattern, one.origin.value) for one in in_force] == [
            ("a-*", "claimed"),
            ("b", "first seen"),
            ("c", "first seen"),
            ("d", "claimed"),
        ]


class TestUploads:
    GRANT = claim("acme-*", organisation="Acme Inc")

    def may(self, project: str, organisation: str, *claims: Claim, there: bool = False) -> bool:
        ownership = Ownership(claims, UPSTREAM)
        ruling = ownership.may_upload(ProjectName(project), organisation, upstream_has_it=there)
        assert ruling.reason
        return ruling.allowed

    def test_reserved_prefix_is_for_its_organisation(self) -> None:
        assert self.may("acme-x", "Acme Inc", self.GRANT)
        assert self.may("acme-x", " acme  INC", self.GRANT)
        assert not self.may("acme-x", "Evil Inc", self.GRANT)
        assert not self.may("acme-x", "", self.GRANT)
        assert not self.may("Acme_X", "Evil Inc", self.GRANT)

    def test_child_grant_beats_its_parent_and_inherits_where_it_is_silent(self) -> None:
        child = claim("acme-lab-*", organisation="Lab")
        assert self.may("acme-lab-x", "Lab", self.GRANT, child)
        assert not self.may("acme-lab-x", "Acme Inc", self.GRANT, child)
        silent = claim("acme-lab-x")
        assert not self.may("acme-lab-x", "", self.GRANT, silent)
        assert self.may("acme-lab-x", "Acme Inc", self.GRANT, silent)

    def test_reserved_without_an_organisation_is_open_to_all_who_may_upload(self) -> None:
        assert self.may("acme-x", "", claim("acme-*"))

    def test_hosted_name_is_for_who_hosts_it(self) -> None:
        hosted = claim("x", origin=Origin.HOSTED, organisation="Acme")
        assert self.may("x", "Acme", hosted)
        assert not self.may("x", "Evil", hosted)

    def test_prefix_that_is_reserved_later_gives_no_rights_to_what_is_hosted(self) -> None:
        """PEP 752: only projects that do not exist yet are refused to others."""
        hosted = claim("acme-x", origin=Origin.HOSTED)
        assert self.may("acme-x", "Bob Ltd", hosted, self.GRANT)
        assert not self.may("acme-y", "Bob Ltd", hosted, self.GRANT)
        assert not self.may("acme-x", "Bob Ltd", self.GRANT, hosted)

    def test_name_of_an_upstream_is_not_taken_away(self) -> None:
        assert not self.may("harbour", "Acme", seen("harbour"))
        assert not self.may("harbour", "Acme", claim("harbour", UPSTREAM))
        assert not self.may("harbour", "Acme", there=True)

    def test_new_name_that_nobody_has_is_free(self) -> None:
        assert self.may("harbour", "Acme")
        assert self.may("harbour", "")

    def test_private_name_is_ours_even_if_the_upstream_has_it(self) -> None:
        assert self.may("acme-x", "Acme Inc", self.GRANT, there=True)


@pytest.mark.parametrize(
    "lack",
    [
        {"by": ""},
        {"by": "two\nlines"},
        {"reason": " \t"},
        {"reason": "a\x1b[2J"},
        {"organisation": "a\nb"},
        {"at": NOW.replace(tzinfo=None)},
    ],
    ids=str,
)
def test_claim_that_says_too_little_or_too_much(lack: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        claim("acme-*", **lack)


@pytest.mark.parametrize(
    ("pattern", "owner", "origin"),
    [
        ("acme-*", UPSTREAM, Origin.CLAIMED),
        ("acme-*", UPSTREAM, Origin.FIRST_SEEN),
        ("acme-*", HERE, Origin.HOSTED),
        ("acme", UPSTREAM, Origin.HOSTED),
        ("acme", HERE, Origin.FIRST_SEEN),
    ],
)
def test_claim_that_contradicts_itself(pattern: str, owner: Owner, origin: Origin) -> None:
    with pytest.raises(UsageError):
        claim(pattern, owner, origin)


def test_why_names_the_claim() -> None:
    ownership = Ownership([claim("acme-*"), seen("harbour")], UPSTREAM)
    assert ownership.of(ProjectName("acme-x")).why == "Ada Example claimed acme-*: ours"
    assert "first served" in ownership.of(ProjectName("harbour")).why
    hosted = Ownership([claim("x", origin=Origin.HOSTED)], UPSTREAM)
    assert "uploaded it here" in hosted.of(ProjectName("x")).why
