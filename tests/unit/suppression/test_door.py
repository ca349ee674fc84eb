"""At the gate: what was admitted under a suppression is judged anew when the suppression ends."""

from airlock.model import Decision
from airlock.policy import Policy
from tests.unit.examples import NOW, finding, outcome
from tests.unit.gate.doors import ASKED, DAY, Building
from tests.unit.suppression.answers import CONTENT, suppression


def test_end_of_a_suppression_closes_the_door() -> None:
    building = Building()
    policy = Policy(suppress=(suppression(expires=NOW.date()),))
    door = building.door(policy)
    seen = outcome("code-example", finding(path="example-1.0/setup.py", digest=str(CONTENT)))

    assert building.judged([seen], policy=policy).decision is Decision.ADMIT
    assert door.decide(ASKED).serves
    building.now += DAY
    assert not door.decide(ASKED).serves
    assert door.decide(ASKED).decision is Decision.REFUSE
