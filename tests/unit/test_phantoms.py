"""What names that nobody has are taken for, and what becomes of them."""

import pytest

from airlock.errors import TargetNotFound
from airlock.model import ProjectName
from airlock.model.ownership import Claim, Owner, Ownership
from airlock.model.phantom import Sighting
from airlock.phantoms import Fate, Label, Likeness, Phantom, choose, phantoms, reserve
from tests.simulators.memory_store import MemoryStore
from tests.unit.store.examples import DAY, NOW, SOURCE
from tests.unit.store.name_examples import claim, seen, sighting


class SomeLore:
    """Knows three names."""

    def looks_like(self, project: ProjectName) -> Likeness | None:
        if project in {"reqeusts", "acme-reqeusts", "requests-internal"}:
            return Likeness(ProjectName("requests"), "two letters swapped")
        return None

    def history(self, project: ProjectName) -> str:
        return "mistyped: the option -r" if project == "requirements-txt" else ""

    def is_common(self, word: str) -> bool:
        return word in {"django", "requests"}


def found(*sightings: Sighting, claims: tuple[Claim, ...] = ()) -> dict[str, Phantom]:
    ownership = Ownership(claims, Owner(SOURCE))
    return {one.project: one for one in phantoms(sightings, ownership, SomeLore())}


def test_sightings_of_a_name_are_one_phantom() -> None:
    (one,) = found(
        sighting("x", 2, first_asked=NOW - DAY),
        sighting("x", 3, client="uv", last_asked=NOW + DAY),
        sighting("x", 1, network="203.0.113.0/24"),
        sighting("x", 1, network=""),
    ).values()
    assert (one.count, one.askers, one.networks, one.clients) == (7, 4, 2, ("pip", "uv"))
    assert (one.first_asked, one.last_asked) == (NOW - DAY, NOW + DAY)


def test_often_comes_before_seldom_and_many_askers_before_few() -> None:
    many = [sighting("b", 1, network=f"198.51.{n}.0/24") for n in range(3)]
    assert list(found(sighting("c", 3), *many, sighting("a", 4), sighting("d", 3))) == list("abcd")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("requirements-txt", Label.KNOWN),
        ("reqeusts", Label.TYPO),
        ("requests-internal", Label.TYPO),
        ("billing-internal", Label.PRIVATE),
        ("zyqxwv", Label.UNKNOWN),
    ],
)
def test_label(name: str, label: Label) -> None:
    (one,) = found(sighting(name)).values()
    assert one.label is label
    assert (one.target == "requests") is (label is Label.TYPO)


def test_name_beside_one_of_ours_is_private() -> None:
    names = found(sighting("acme-reqeusts"), sighting("acmes"), claims=(claim("acme-*"),))
    assert names["acme-reqeusts"].label is Label.PRIVATE
    assert "begin with acme" in names["acme-reqeusts"].why
    assert names["acmes"].label is Label.UNKNOWN


def test_common_word_makes_no_private_name() -> None:
    names = found(sighting("django-x"), claims=(claim("django-ours"),))
    assert names["django-x"].label is Label.UNKNOWN


def test_family_of_names_that_nobody_has_is_private() -> None:
    family = [sighting(f"globex-{part}") for part in ("api", "auth", "web")]
    common = [sighting(f"django-{part}") for part in ("api", "auth", "web")]
    names = found(*family, *common)
    assert names["globex-api"].label is Label.PRIVATE
    assert names["django-api"].label is Label.UNKNOWN
    assert found(*family[:2])["globex-api"].label is Label.UNKNOWN


def test_fate() -> None:
    claims = (claim("ours"), seen("published"), claim("given", upstream=SOURCE))
    names = found(*map(sighting, ["ours", "published", "given", "open"]), claims=claims)
    assert {name: one.fate for name, one in names.items()} == {
        "ours": Fate.RESERVED,
        "published": Fate.PUBLISHED,
        "given": Fate.PUBLISHED,
        "open": Fate.OPEN,
    }


def test_reserving_claims_what_is_open_and_nothing_else() -> None:
    store = MemoryStore()
    claims = (claim("ours"), seen("published"))
    chosen = found(*map(sighting, ["ours", "published", "open"]), claims=claims).values()
    done = reserve(store, chosen, by="Ada", reason="asked for", at=NOW)
    assert (done.reserved, done.published) == (("open",), ("published",))
    (made,) = store.claims(first_seen=True)
    assert (made.pattern, made.owner.here, made.by) == ("open", True, "Ada")


def test_choosing() -> None:
    known = found(sighting("a"), sighting("b")).values()
    assert [one.project for one in choose(known, [ProjectName("B")])] == ["b"]
    with pytest.raises(TargetNotFound, match="nobody asked for c") as raised:
        choose(known, [ProjectName("c")])
    assert "name owner claim c" in raised.value.hint
