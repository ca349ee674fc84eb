"""What a trace means, without a sandbox."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.behaviour import Tier, Trace, compare, judge
from airlock.behaviour.signals import Kind
from airlock.model import Decision
from tests.checks.watched import trace

KEY_READ = '{"event":"touched","phase":"%s","path":"/home/clara42/.ssh/id_rsa","how":"read"}'
ASKED = '{"event":"asked","phase":"%s","method":"GET","url":"http://a.example/%s"}'
WROTE = '{"event":"touched","phase":"import","path":"%s","how":"write"}'


def test_a_quiet_trace_is_let_pass() -> None:
    assert judge(trace([])).decision is Decision.ADMIT


def test_a_trace_without_its_phases_is_held() -> None:
    judgement = judge(trace(['{"event":"ended","phase":"install"}']))
    assert judgement.decision is Decision.HOLD
    assert "import did not take place" in judgement.gaps[0]


def test_a_phase_that_was_cut_or_failed_or_lost_events_is_held() -> None:
    whole = '{"event":"ended","phase":"import"}'
    for line in (
        '{"event":"ended","phase":"install","cut":"it took more than 60 s"}',
        '{"event":"ended","phase":"install","code":1}',
    ):
        assert judge(trace([line, whole])).decision is Decision.HOLD
    assert judge(trace(['{"event":"lost","what":"More than 5 events were not kept"}'])).gaps


def test_what_dependencies_do_alone_is_theirs() -> None:
    both = [KEY_READ % "prepare", KEY_READ % "import"]
    assert judge(trace(both)).signals == ()
    assert judge(trace(both[1:])).tier is Tier.SUSPICION


def test_what_the_previous_release_did_is_no_news_but_proof_is() -> None:
    old = trace([KEY_READ % "import", ASKED % ("import", "PRIVATEPRIVATE4711")])
    new = judge(trace([KEY_READ % "import", ASKED % ("import", "PRIVATEPRIVATE4711")]), old)
    assert [one.kind for one in new.signals] == [Kind.LEAK]
    assert new.decision is Decision.REFUSE


def test_two_releases_side_by_side() -> None:
    old = _of("1.0", "anna11", ASKED % ("import", "x"), WROTE % "/opt/anna11/harbour-1.0/a")
    new = _of("1.1", "hugo42", KEY_READ % "import", WROTE % "/opt/hugo42/harbour-1.1/a")
    told = compare(old, new)
    assert told.previous == "harbour-1.0.tar.gz"
    assert [one.kind for one in told.new] == [Kind.SECRET]
    assert [one.kind for one in told.gone] == [Kind.NETWORK]
    assert [one.message for one in told.same] == ["It changed /opt/hugo42/harbour-1.1/a."]
    assert [one.kind for one in judge(new, old).signals] == [Kind.SECRET]


def _of(version: str, user: str, *lines: str) -> Trace:
    told = trace(lines)
    header = msgspec.structs.replace(told.header, filename=f"harbour-{version}.tar.gz", user=user)
    return msgspec.structs.replace(told, header=header)


@given(
    st.lists(st.sampled_from([KEY_READ % "import", ASKED % ("import", "x"), WROTE % "/opt/a"])),
    st.lists(st.sampled_from([KEY_READ % "import", ASKED % ("import", "x"), WROTE % "/opt/b"])),
)
def test_every_deed_is_in_one_part_of_a_comparison(old: list[str], new: list[str]) -> None:
    told, back = compare(trace(old), trace(new)), compare(trace(new), trace(old))
    assert [one.key for one in told.new] == [one.key for one in back.gone]
    assert {one.key for one in told.same} == {one.key for one in back.same}
    assert not {one.identity for one in told.new} & {one.identity for one in told.same}
    assert not compare(trace(new), trace(new)).new


def test_one_exchange_is_told_once() -> None:
    steps = [
        '{"event":"looked-up","phase":"import","name":"a.example","answer":"34.9.9.9"}',
        '{"event":"connected","phase":"import","pid":3,"address":"34.9.9.9","port":80}',
        '{"event":"reached","phase":"import","address":"34.9.9.9","port":80,"name":"a.example"}',
        ASKED % ("import", "x"),
    ]
    assert [one.message for one in judge(trace(steps)).signals] == [
        "It asked for http://a.example/x."
    ]
    assert [one.message for one in judge(trace(steps[:3])).signals] == [
        "It connected to a.example:80."
    ]
    assert [one.message for one in judge(trace(steps[:1])).signals] == ["It looked up a.example."]


def test_programs_that_tell_what_system_it_is_are_nobodys_deed() -> None:
    lines = [
        '{"event":"spawned","phase":"install","pid":2,"child":3}',
        '{"event":"ran","phase":"install","pid":3,"path":"/usr/bin/lsb_release"}',
        '{"event":"spawned","phase":"install","pid":3,"child":4}',
        '{"event":"ran","phase":"install","pid":4,"path":"/usr/bin/cut"}',
    ]
    assert judge(trace(lines)).signals == ()
    assert judge(trace(lines[2:])).signals[0].message == "It started cut."
    # The call that made a process may return after that process has gone on.
    late = [lines[0], lines[1], lines[3], lines[2]]
    assert judge(trace(late)).signals == ()


@pytest.mark.parametrize(
    ("asking", "ran", "message"),
    [
        # A package can bring a program of that name, or have the system's do what it wants.
        ("/home/clara/.local/bin/lsb_release", "/usr/bin/cut", "It started cut."),
        ("/usr/bin/lsb_release", "/usr/bin/curl", "It started curl, which talks to the network."),
    ],
)
def test_nothing_hides_behind_them(asking: str, ran: str, message: str) -> None:
    lines = [
        f'{{"event":"ran","phase":"install","pid":3,"path":"{asking}"}}',
        '{"event":"spawned","phase":"install","pid":3,"child":4}',
        f'{{"event":"ran","phase":"install","pid":4,"path":"{ran}"}}',
    ]
    assert message in [one.message for one in judge(trace(lines)).signals]
