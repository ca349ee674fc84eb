"""The log of the tracer, as strace writes it, and as nobody does."""

import io

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
    Touched,
)
from airlock.detonation.strace import Strace
from airlock.detonation.strace_text import arguments_of, unquote

FIRST = '20 9.1 execve("/bin/python3", ["/bin/python3", "/opt/tools/first.py", "3"], 0x1) = 0\n'
HOME = "/home/clara42"


def read(*lines: str) -> list[AnyEvent]:
    """Return the events of some lines, after the one that begins."""
    tracer = Strace(home=HOME, marker="/run/m4rk", steps="/run/steps-m4rk")
    log = io.BytesIO((FIRST + "".join(f"{line}\n" for line in lines)).encode())
    return list(tracer.events(log, Phase.IMPORT))


def test_calls_become_events() -> None:
    (ran,) = read('21 100.2 execve("/bin/sh", ["sh", "-c", "a \\"b\\""], 0x55 /* 3 vars */) = 0')
    assert isinstance(ran, Ran)
    assert (ran.argv, ran.failed, ran.phase) == (("sh", "-c", 'a "b"'), "", Phase.IMPORT)
    (read_key,) = read(
        f'21 100.2 openat(AT_FDCWD<{HOME}>, ".ssh/id_rsa", O_RDONLY) = 3<{HOME}/.ssh/id_rsa>'
    )
    assert isinstance(read_key, Touched)
    assert (read_key.path, read_key.how) == (f"{HOME}/.ssh/id_rsa", "read")
    (there,) = read(
        "21 100.2 connect(3<socket:[9]>, {sa_family=AF_INET, sin_port=htons(443), "
        'sin_addr=inet_addr("34.1.2.3")}, 16) = 0'
    )
    assert isinstance(there, Connected)
    assert (there.address, there.port) == ("34.1.2.3", 443)
    (slept,) = read("21 100.2 nanosleep({tv_sec=90, tv_nsec=0}, NULL) = 0 (INJECTED)")
    assert isinstance(slept, Slept)
    assert slept.seconds == 90.0


def test_what_only_the_sinkhole_knows_and_what_is_announced() -> None:
    (marked,) = read('21 100.2 openat(AT_FDCWD</>, "/run/m4rk", O_RDONLY) = -1 ENOENT (No such …)')
    assert isinstance(marked, Marked)
    (begun,) = read(
        '21 1.2 openat(AT_FDCWD</>, "/run/steps-m4rk/a.b", O_RDONLY) = -1 ENOENT (No …)'
    )
    assert isinstance(begun, Began)
    assert begun.what == "a.b"


def test_before_it_begins_nothing_is_the_packages_deed() -> None:
    tracer = Strace(home=HOME, marker="/run/m", steps="/run/s")
    line = b'19 1.0 execve("/usr/bin/bwrap", ["bwrap", "--", "/opt/tools/first.py"], 0x1) = 0\n'
    assert list(tracer.events(io.BytesIO(line * 3), Phase.INSTALL)) == []


def test_a_call_that_is_interrupted_by_another_is_put_together() -> None:
    events = read(
        "20 100.2 vfork( <unfinished ...>",
        '22 100.3 chdir("/tmp/build" <unfinished ...>',
        "22 100.3 <... chdir resumed>) = 0",
        '22 100.4 unlink("x.txt") = 0',
        "20 100.5 <... vfork resumed>) = 3 /* 22 in strace's PID NS */",
        f'22 100.6 rename("a", "{HOME}/.bashrc") = 0',
    )
    assert Spawned(pid=20, child=22, phase=Phase.IMPORT) in events
    moved = [event for event in events if isinstance(event, Touched)]
    assert [(one.path, one.to) for one in moved] == [("/tmp/build/a", f"{HOME}/.bashrc")]


def test_lines_that_cannot_be_read_are_told() -> None:
    (lost,) = read("something else", "21 100.2 openat(what is this")
    assert isinstance(lost, Lost)
    assert lost.what.startswith("2 lines")


def test_texts_of_c() -> None:
    assert unquote(r'"a\303\251\n\"\\"') == 'aé\n"\\'
    assert unquote(r'"\377"') == "\\xff"
    assert arguments_of('"a, b", ["c", {x=1, y=2}], 3') == ['"a, b"', '["c", {x=1, y=2}]', "3"]


pieces = st.sampled_from(
    ["21 1.0 ", "openat(", '"', "\\", ") = ", "-1 ENOENT", "3</a>", ", ", "<unfinished ...>", "{",
     "execve(", "<... openat resumed>", "[", "connect(", "\xe9", "0x1", "rename(", "AT_FDCWD</>"]
)  # fmt: skip


@given(st.lists(st.lists(pieces, max_size=9).map("".join), max_size=6))
def test_whatever_the_lines_are_it_comes_to_an_end(lines: list[str]) -> None:
    assert isinstance(read(*lines), list)


@given(st.text(max_size=60))
def test_any_text_can_be_taken_apart(text: str) -> None:
    assert isinstance(unquote(text), str)
    assert isinstance(arguments_of(text), list)
