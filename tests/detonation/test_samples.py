"""What malware does is seen and named; what honest packages do is not held against them."""

import pytest

from airlock.behaviour import Tier
from airlock.behaviour.signals import Kind
from airlock.model import Decision
from tests.detonation.conftest import Run
from tests.detonation.samples import HONEST, SAMPLES, Sample


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_it_is_seen_and_named(run: Run, sample: Sample) -> None:
    trace, judgement = run(sample.code, sample.where)
    found = [one for one in judgement.signals if one.kind is sample.kind]
    told = [one.message for one in judgement.signals] + list(judgement.gaps)
    said = [event for event in trace.events if type(event).__name__ == "Said"]
    assert any(one.tier >= sample.tier and sample.says in one.message for one in found), (
        told,
        said,
    )
    assert judgement.decision >= sample.tier.decision


@pytest.mark.parametrize("name", HONEST)
def test_it_is_let_pass(run: Run, name: str) -> None:
    _, judgement = run(HONEST[name])
    loud = [one for one in judgement.signals if one.tier > Tier.CONTEXT]
    assert (loud, judgement.gaps) == ([], ())
    assert judgement.decision is Decision.ADMIT


def test_what_is_called_is_context(run: Run) -> None:
    _, judgement = run(HONEST["network-when-called"])
    assert [one.tier for one in judgement.signals if one.kind is Kind.NETWORK] == [Tier.CONTEXT]


def test_a_date_bomb_goes_off_in_the_deep_profile(run: Run) -> None:
    code = (
        "import datetime, urllib.request as u\n"
        "if datetime.date.today() > datetime.date(2027, 12, 31):\n"
        "    u.urlopen('http://c.example.invalid/late').read()"
    )
    quick, _ = run(code)
    _, deep = run(code, deep=True)
    assert not any("late" in str(event) for event in quick.events)
    assert any("late" in one.message for one in deep.signals)
