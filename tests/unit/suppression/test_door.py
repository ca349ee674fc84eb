"""At the gate: what was admitted under a suppression is judged anew when the suppression ends."""

import datetime as dt

from airlock.gate.door import Asked, Door
from airlock.model import Decision
from airlock.policy import Policy
from tests.simulators.memory_store import MemoryStore
from tests.unit.examples import DIGEST, FILENAME, NOW, artifact, finding, outcome
from tests.unit.suppression.answers import CONTENT, suppression
from tests.unit.suppression.kit import kit


def test_end_of_a_suppression_closes_the_door() -> None:
    time = [NOW]
    policy = Policy(suppress=(suppression(expires=NOW.date()),))
    store, checks = MemoryStore(), kit()[0]
    door = Door(store, policy, checks, lambda: time[0])
    seen = outcome("code-example", finding(path="example-1.0/setup.py", digest=str(CONTENT)))
    asked = Asked(DIGEST, FILENAME, artifact().release.project)

    assert door.judge(artifact(), [seen], seconds=0.1).decision is Decision.ADMIT
    assert door.decide(asked).serves
    time[0] += dt.timedelta(days=1)
    assert not door.decide(asked).serves
    assert door.decide(asked).decision is Decision.REFUSE
