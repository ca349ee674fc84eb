"""A trace that is written down is the same when it is read, and anything else is told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.behaviour import Trace, judge
from airlock.behaviour.events import AnyEvent, Asked, Looked, Phase, Ran, Sent, Touch, Touched
from airlock.behaviour.log import read, write
from airlock.errors import MalformedDocument
from airlock.report.detonations import Detonated, exit_code
from airlock.report.detonations.html import render_html
from airlock.report.detonations.text import render_text
from tests.checks.watched import HEADER

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
phases = st.sampled_from(Phase)
pids = st.integers(0, 9)
events: st.SearchStrategy[AnyEvent] = st.one_of(
    st.builds(Ran, phase=phases, pid=pids, path=texts, argv=st.lists(texts, max_size=3).map(tuple)),
    st.builds(Touched, phase=phases, path=texts, how=st.sampled_from(Touch), to=texts),
    st.builds(Looked, phase=phases, name=texts),
    st.builds(Asked, phase=phases, method=texts, url=texts, body=st.binary(max_size=40)),
    st.builds(Sent, phase=phases, address=texts, port=pids, data=st.binary(max_size=40)),
)
traces = st.lists(events, max_size=12).map(lambda some: Trace(header=HEADER, events=tuple(some)))


@given(traces)
def test_a_trace_comes_back_and_is_judged_alike(trace: Trace) -> None:
    again = read(b"".join(write(trace)).splitlines(keepends=True), "a log")
    assert again == trace
    assert judge(again) == judge(trace)


@given(traces)
def test_every_trace_can_be_shown_and_takes_over_no_page_and_no_terminal(trace: Trace) -> None:
    result = Detonated(trace=trace, judgement=judge(trace))
    assert "\x1b[2J" not in render_text([result], verbose=True)
    assert render_html([result]).count("</html>") == 1
    # Without its ends, no trace is whole.
    assert exit_code([result]) in (1, 3)


def test_what_a_package_says_is_no_markup() -> None:
    hostile = "<script>alert(1)</script>\x1b[2J\u202e"
    told = (
        Ran(path=hostile, argv=(hostile,)),
        Asked(method="GET", url=f"http://a.example/{hostile}", headers=((hostile, hostile),)),
        Looked(name=hostile),
    )
    trace = Trace(header=HEADER, events=told)
    result = Detonated(trace=trace, judgement=judge(trace), notes=(hostile,))
    page = render_html([result])
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x1b[2J" not in render_text([result], verbose=True)


@given(st.lists(st.binary(max_size=60), max_size=4))
def test_what_is_no_log_is_told(lines: list[bytes]) -> None:
    with pytest.raises(MalformedDocument):
        read(lines, "a log")


def test_a_line_that_is_no_event_is_named() -> None:
    whole = list(write(Trace(header=HEADER)))
    with pytest.raises(MalformedDocument, match="line 2"):
        read([*whole, b'{"event":"nothing"}\n'], "a log")
