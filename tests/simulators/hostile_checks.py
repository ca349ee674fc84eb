"""Checks that do to their process what hostile input might make a check do.

``kit`` is a loader for ``airlock.workers``: three checks, of which the middle one misbehaves as the
project of the artifact says (``crash-1.0.tar.gz`` crashes). The first and the last find something,
so that a test sees what is kept and what is missing.
"""

import ctypes
import datetime as dt
import faulthandler
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.checks import Check, CheckSet, NotApplicable, Subject
from airlock.errors import NotExamined
from airlock.evidence import Facts
from airlock.model import (
    ArtifactName,
    Confidence,
    Finding,
    Outcome,
    Severity,
    Sha256,
    Status,
    wire,
)
from airlock.profiles import Profile
from airlock.workers import FactsLoader
from airlock.workers.interface import DONE, END, LARGEST_MESSAGE_BYTES, Message

if TYPE_CHECKING:
    from types import FrameType

PIDS = "pids"
"""A file beside the artifact; every process that a check knows of writes its number there."""
CHILDREN = 3
MOST_SECONDS = 60


def kit() -> tuple[CheckSet, FactsLoader]:
    """Return the checks, and facts without evidence."""
    return CheckSet([Before(), Hostile(), Later()]), lambda now: Facts(now=now)


def newer_kit() -> tuple[CheckSet, FactsLoader]:
    """Return what a child finds whose package was replaced since its parent started."""
    return CheckSet([Before(), Hostile(), NewerLater()]), lambda now: Facts(now=now)


def broken_kit() -> tuple[CheckSet, FactsLoader]:
    """Fail to load."""
    raise NotExamined("no check could be loaded")


def seen(message: str, check: str = "", evidence: str = "") -> Finding:
    """Return an ordinary finding."""
    return Finding(
        check=check,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        message=message,
        evidence=evidence,
    )


class Before(Check):
    """Finds something before the trouble."""

    id, version = "code-before", 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        yield seen("seen before")


class Hostile(Check):
    """Finds something, then misbehaves."""

    id, version = "code-hostile", 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        register(os.getpid())
        yield seen("seen at first")
        DEEDS[subject.artifact.name.project]()
        yield seen("seen at last")


class Later(Check):
    """Finds something after the trouble."""

    id, version = "code-later", 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        yield seen("seen later")


class NewerLater(Later):
    """The same, changed."""

    version = 2

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        yield seen("seen by other rules")


def behave() -> None:
    """Do nothing."""


def exit_at_once() -> None:
    os._exit(7)


def system_exit() -> None:
    sys.exit("enough")


def segfault() -> None:
    faulthandler.disable()
    ctypes.string_at(0)


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stop_itself() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def loop() -> None:
    while True:
        pass


def sleep() -> None:
    while True:
        time.sleep(3600)


def ignore_signals() -> None:
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    sleep()


def eat_memory() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(1 << 24))


def recurse() -> None:
    recurse()


def overflow_the_stack() -> None:
    faulthandler.disable()
    nested: tuple[object, ...] = ()
    for _ in range(1 << 20):
        nested = (nested,)
    hash(nested)


def open_files() -> None:
    opened = []
    while True:
        opened.append(Path(os.devnull).open("rb"))  # noqa: SIM115 - that they stay open is the point


def have_children() -> None:
    for _ in range(CHILDREN):
        child = os.fork()
        if child == 0:
            # A test of whether they end must not leave them behind where they do not.
            signal.alarm(MOST_SECONDS)
            sleep()
        register(child)


def have_children_and_crash() -> None:
    have_children()
    exit_at_once()


def have_children_and_hang() -> None:
    have_children()
    sleep()


def close_the_pipe() -> None:
    os.close(pipe().fileno())
    sleep()


def close_the_pipe_and_go_on() -> None:
    os.close(pipe().fileno())


def send_garbage() -> None:
    send(b"\x00\xff not a message" + END)


def send_deep_garbage() -> None:
    send(b'{"other": ' + b"[" * 100_000 + END)


def send_half_a_message() -> None:
    send(b'{"outcome": {"check": "code-hos')
    sleep()


def send_without_end() -> None:
    for _ in range(LARGEST_MESSAGE_BYTES // 2**20 + 1):
        send(b"x" * 2**20)
    sleep()


def send_trouble_without_end() -> None:
    while True:
        send(wire.encode(Message(trouble="x" * 10_000)) + END)


def speak_twice() -> None:
    """Say that nothing was seen where something was."""
    send_outcome("code-before")


def speak_for_nobody() -> None:
    send_outcome("code-unknown")


def speak_as_another() -> None:
    send_outcome("code-later", seen("borrowed", check="code-before"))


def send_the_profile_of_another() -> None:
    """Make an artifact look as if it had always been as it is."""
    name = ArtifactName.parse("behave-0.9.tar.gz")
    profile = Profile(sha256=Sha256.of(b"another"), name=name)
    send(wire.encode(Message(profile=profile)) + END)


def say_nothing_more() -> None:
    send(DONE + END)
    sleep()


def print_escapes() -> None:
    """Write where only reports are written."""
    for descriptor in (1, 2):
        os.write(descriptor, b"\x1b[2Jwritten by a check\n")
    sys.stdin.read()


def half_characters() -> None:
    raise NotExamined("a name has half a character: \ud800")


def not_applicable() -> None:
    raise NotApplicable("the question does not arise")


DEEDS: dict[str, Callable[[], None]] = {
    deed.__name__.replace("_", "-"): deed
    for deed in (
        behave,
        exit_at_once,
        system_exit,
        segfault,
        kill_itself,
        stop_itself,
        loop,
        sleep,
        ignore_signals,
        eat_memory,
        recurse,
        overflow_the_stack,
        open_files,
        have_children,
        have_children_and_crash,
        have_children_and_hang,
        close_the_pipe,
        close_the_pipe_and_go_on,
        send_garbage,
        send_deep_garbage,
        send_half_a_message,
        send_without_end,
        send_trouble_without_end,
        speak_twice,
        speak_for_nobody,
        speak_as_another,
        send_the_profile_of_another,
        say_nothing_more,
        print_escapes,
        half_characters,
        not_applicable,
    )
}
"""What a project's name makes the middle check do."""


def register(pid: int) -> None:
    """Write down the number of a process."""
    with (Path(str(local("path"))).parent / PIDS).open("a") as pids:
        pids.write(f"{pid}\n")


def pipe() -> Connection:
    """Return the way to the parent, as code that took the process over would find it."""
    found = local("pipe")
    if not isinstance(found, Connection):
        raise TypeError(found)
    return found


def local(name: str) -> object:
    """Return a local variable of the function that the process runs."""
    frame: FrameType | None = sys._getframe()  # noqa: SLF001 - hostile on purpose
    while frame is not None and frame.f_code.co_name != "work":
        frame = frame.f_back
    if frame is None:
        raise LookupError(name)
    return frame.f_locals[name]


def send(data: bytes) -> None:
    """Write to the parent, past everything that the examination does."""
    while data:
        data = data[os.write(pipe().fileno(), data) :]


def send_outcome(check: str, *findings: Finding) -> None:
    """Send an outcome that no check had."""
    outcome = Outcome(check=check, version=1, status=Status.SAW, findings=findings)
    send(wire.encode(Message(outcome=outcome)) + END)


def now() -> dt.datetime:
    """Return the time of every examination here."""
    return dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
