"""Policies that wait for a second person, in a database of each kind."""

import msgspec
import pytest

from airlock.errors import Outdated
from airlock.model import PolicyVersion
from airlock.model.people import Stamp
from airlock.model.policies import Draft, Proposal, Source
from airlock.store import Records
from tests.unit.store.examples import NOW

DRAFT = Draft(
    text="weaker", policy=PolicyVersion("x", "0" * 16), source=Source.RESTORED, by="user ada",
    reason="because", at=NOW, restores=1,
)  # fmt: skip
FIRST = Proposal(id="1" * 12, base=0, draft=DRAFT)
BOTH = msgspec.structs.replace(DRAFT, by="user ada and user bob", text="another")


def test_one_waits_until_it_is_confirmed_withdrawn_or_late(records: Records) -> None:
    policies = records.policies
    with pytest.raises(Outdated, match="came into force"):
        policies.propose(msgspec.structs.replace(FIRST, base=1))
    policies.propose(FIRST)
    assert policies.proposal() == FIRST
    with pytest.raises(Outdated, match="user ada proposed another policy already"):
        policies.propose(msgspec.structs.replace(FIRST, id="2" * 12))
    with pytest.raises(Outdated, match="does not wait"):
        policies.confirm("2" * 12, BOTH)
    made = policies.confirm(FIRST.id, BOTH)
    assert (made.number, made.text, made.by) == (1, "weaker", "user ada and user bob")
    assert policies.proposal() is None

    late = msgspec.structs.replace(FIRST, id="3" * 12, base=1)
    policies.propose(late)
    policies.save(msgspec.structs.replace(DRAFT, text="other"), after=1)
    with pytest.raises(Outdated, match="came into force"):
        policies.confirm(late.id, BOTH)
    assert policies.proposal() == late, "it still waits, for its author to see"
    newer = msgspec.structs.replace(late, id="4" * 12, base=2)
    policies.propose(newer)
    policies.withdraw(newer.id, Stamp("user bob", NOW))
    with pytest.raises(Outdated, match="does not wait"):
        policies.withdraw(newer.id, Stamp("user bob", NOW))
    kinds = [one.event.kind.removeprefix("policy-") for one in records.log.latest(9)]
    assert kinds == ["withdrawn", "proposed", "saved", "proposed", "saved", "proposed"]
