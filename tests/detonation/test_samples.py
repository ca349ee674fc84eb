"""What malware does is seen and named; what honest packages do is not held against them."""

import pytest

from airlock.behaviour import Tier
from airlock.behaviour.events import Said
from airlock.behaviour.signals import Kind
from airlock.model import Decision
from tests.detonation.conftest import Run
from tests.detonation.samples import HONEST, SAMPLES, Sample

ONE_OF_EACH_KIND = {sample.kind: sample for sample in SAMPLES}


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


@pytest.mark.parametrize("sample", ONE_OF_EACH_KIND.values(), ids=lambda sample: sample.kind)
def test_the_second_tracer_sees_it_as_well(run: Run, sample: Sample) -> None:
    _, judgement = run(sample.code, sample.where, tracer="seccomp")
    found = [one for one in judgement.signals if one.kind is sample.kind]
    assert any(one.tier >= sample.tier and sample.says in one.message for one in found)
    assert judgement.gaps == ()


def test_the_second_tracer_lets_pass(run: Run) -> None:
    _, judgement = run(HONEST["programs"], tracer="seccomp")
    assert (judgement.signals, judgement.gaps) == ((), ())


@pytest.mark.parametrize("tracer", ["strace", "seccomp"])
def test_nothing_is_done_behind_the_back_of_the_tracer(run: Run, tracer: str) -> None:
    code = "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\n"
    code += "assert c.syscall(425, 4, ctypes.create_string_buffer(120)) == -1\n"
    code += "assert ctypes.get_errno() == 38, ctypes.get_errno()\nprint('no io_uring')"
    trace, judgement = run(code, tracer=tracer)
    assert "no io_uring" in "".join(one.text for one in trace.events if isinstance(one, Said))
    assert judgement.gaps == ()


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
