"""The log of the second tracer, as its program writes it, and as nobody does."""

import io
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from airlock.behaviour.events import (
    AnyEvent,
    Began,
    Connected,
    Lost,
    Marked,
    Phase,
    Ran,
    Slept,
    Spawned,
    Touch,
    Touched,
)
from airlock.detonation.notify import Notify

HOME = "/home/clara42"


def read(*lines: dict[str, object] | bytes) -> list[AnyEvent]:
    """Return the events of some lines."""
    tracer = Notify(
        home=HOME,
        marker="/run/m4rk",
        steps="/run/steps-m4rk",
        python="/usr/bin/python3",
        program=Path("/work/watcher.py"),
    )
    data = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return list(tracer.events(io.BytesIO(b"\n".join(data)), Phase.IMPORT))


def test_calls_become_events() -> None:
    events = read(
        {"pid": 20, "child": 21},
        {"pid": 21, "call": "execve", "path": "/bin/sh", "words": ["sh", "-c", "x"]},
        {"pid": 21, "call": "open", "path": f"{HOME}/docs/../.ssh/id_rsa", "writes": False},
        {"pid": 21, "call": "connect", "address": "34.1.2.3", "port": 443},
        {"pid": 21, "call": "nanosleep", "seconds": 90.0, "clock": -1},
        {"pid": 21, "call": "rename", "path": f"{HOME}/a", "to": f"{HOME}/b"},
        {"pid": 21, "call": "symlink", "path": "/etc/passwd", "to": f"{HOME}/b"},
        {"pid": 21, "call": "unlink", "path": f"{HOME}/a"},
    )
    assert events == [
        Spawned(pid=20, child=21, phase=Phase.IMPORT),
        Ran(path="/bin/sh", argv=("sh", "-c", "x"), pid=21, phase=Phase.IMPORT),
        Touched(path=f"{HOME}/.ssh/id_rsa", how=Touch.READ, pid=21, phase=Phase.IMPORT),
        Connected(address="34.1.2.3", port=443, pid=21, phase=Phase.IMPORT),
        Slept(seconds=90.0, pid=21, phase=Phase.IMPORT),
        Touched(path=f"{HOME}/a", how=Touch.RENAME, to=f"{HOME}/b", pid=21, phase=Phase.IMPORT),
        Touched(path=f"{HOME}/b", how=Touch.LINK, pid=21, phase=Phase.IMPORT),
        Touched(path=f"{HOME}/a", how=Touch.DELETE, pid=21, phase=Phase.IMPORT),
    ]


def test_what_only_the_sinkhole_knows_and_what_is_announced() -> None:
    marked, begun = read(
        {"pid": 21, "call": "open", "path": "/run/m4rk"},
        {"pid": 21, "call": "open", "path": "/run/steps-m4rk/a.b", "failed": "ENOENT"},
    )
    assert isinstance(marked, Marked)
    assert isinstance(begun, Began)
    assert begun.what == "a.b"


def test_who_waits_in_a_loop_is_told_often_enough() -> None:
    short = {"pid": 21, "call": "nanosleep", "seconds": 0.05, "clock": -1}
    events = read(*[short] * 500, short | {"seconds": 9.0}, short, short | {"pid": 22})
    waits = [(one.pid, one.seconds) for one in events if isinstance(one, Slept)]
    assert waits == [(21, 0.05)] * 100 + [(21, 9.0), (22, 0.05)]


def test_what_could_not_be_read_is_told() -> None:
    (lost,) = read({"pid": 21, "call": "open", "lost": "no memory"}, b"{", b"[]")
    assert isinstance(lost, Lost)
    assert lost.what.startswith("3 calls")


@given(st.lists(st.binary(max_size=60)))
def test_no_line_stops_the_reader(lines: list[bytes]) -> None:
    read(*lines)


@given(
    st.fixed_dictionaries(
        {"pid": st.integers(0, 1 << 22), "call": st.sampled_from(["open", "execve", "rename"])},
        optional={"path": st.text(), "to": st.text(), "words": st.lists(st.text())},
    )
)
def test_any_path_is_one(line: dict[str, object]) -> None:
    assert not any(isinstance(event, Lost) for event in read(line))
