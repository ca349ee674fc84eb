"""The ports of a detonation, and the values that pass through them."""

import enum
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from airlock.behaviour.events import AnyEvent, Header, Phase, Trace

MEBIBYTE = 1024 * 1024
CELL_FAILED, CELL_UNSAFE = 70, 71
"""Exit codes of a cell that could not do its work, or was not tight."""
_SECONDS = {
    Phase.PREPARE: 120.0,
    Phase.INSTALL: 180.0,
    Phase.STARTUP: 20.0,
    Phase.IMPORT: 60.0,
    Phase.EXECUTE: 45.0,
}


class Profile(enum.StrEnum):
    """How thoroughly a package is watched."""

    QUICK = "quick"
    DEEP = "deep"
    """The date is two years ahead, waits are real, the machine looks like a CI runner."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a detonation may use. All of it is enforced from outside."""

    memory_bytes: int = 2048 * MEBIBYTE
    """Of all processes together, and of the files that they write."""
    disk_bytes: int = 512 * MEBIBYTE
    processes: int = 192
    file_bytes: int = 256 * MEBIBYTE
    events: int = 200_000
    """Of one phase; a package that does more is not seen whole."""
    output_bytes: int = 64 * 1024
    seconds: dict[Phase, float] = msgspec.field(default_factory=lambda: dict(_SECONDS))
    linger_seconds: float = 3.0
    """How long is waited for processes that a phase left behind."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a cell needs to know. It is sent to the cell as JSON."""

    header: Header
    work: str
    """A folder that the cell's user may write; removed afterwards by whoever made it."""
    python: str
    """The interpreter of the sandbox, as it is called inside."""
    readable: tuple[str, ...] = ()
    """Folders of the host, besides ``/usr``, that the interpreter needs; shown read-only."""
    site_folders: tuple[str, ...] = ()
    """Where the interpreter looks for packages; they hold nothing but pip inside."""
    user_site: str = ""
    """Below the home folder: where ``pip install --user`` puts packages."""
    certificates: tuple[str, ...] = ()
    """Files in which programs look for authorities; the sinkhole's is in each."""
    artifact: str
    """Below ``work/packages``."""
    project: str
    requirements: tuple[str, ...] = ()
    """Files of ``work/packages`` that are installed first."""
    redirects: bool = True
    """Whether every port leads to the sinkhole; otherwise only those that it listens on."""
    drop_to: int | None = None
    """The user that the cell becomes, if it was started by root."""
    tracer: str = "strace"
    """``strace`` or ``seccomp``."""
    deep: bool = False
    faketime: str = ""
    """The library that moves the date; empty if the date is to be the real one."""
    marker: str
    """A path that only a program out of the sinkhole knows."""
    limits: Limits = Limits()
    proof_only: bool = False
    """Whether nothing is to be done but the self-test."""
    probe_port: int = 0
    """Of a service on the host's loopback that must not be reachable."""
    probe_file: str = ""
    """A file of the host that must not be visible."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a detonation."""

    trace: Trace
    seconds: float


class Reports(ABC):
    """Takes events as they happen, from several threads; fills in their time and phase."""

    phase: Phase = Phase.PREPARE
    proven: bool = False
    """Whether the self-test is over; what happens in it is nobody's deed, and not kept."""

    @abstractmethod
    def __call__(self, event: AnyEvent) -> None:
        """Take an event."""


class Tracer(ABC):
    """Writes down what processes ask of the kernel."""

    name: str

    @abstractmethod
    def missing(self) -> str:
        """Return what is missing on this host, with its cure, or nothing."""

    @abstractmethod
    def command(self, inner: Sequence[str], log: Path) -> list[str]:
        """Return the command that runs another and writes what it does to a log.

        Args:
            inner: the command to be watched, with all its children.
            log: a pipe with a name, which nothing inside can see.
        """

    @abstractmethod
    def events(self, log: BinaryIO, phase: Phase) -> Iterator[AnyEvent]:
        """Iterate over what a log says, in the order of time."""


class Sandbox(ABC):
    """Runs commands where they can reach nothing of the host."""

    name: str

    @abstractmethod
    def missing(self) -> str:
        """Return what is missing on this host, with its cure, or nothing."""

    @abstractmethod
    def command(self, plan: Plan, world: Path, inner: Sequence[str]) -> list[str]:
        """Return the command that runs another inside.

        Args:
            plan: of the detonation.
            world: the folder with everything that can be written inside.
            inner: the command, as it is spelled inside.
        """


class Sinkhole(ABC):
    """Answers whatever goes to the network, and tells what it was."""

    @abstractmethod
    def open(self, emit: Callable[[AnyEvent], None]) -> None:
        """Begin to answer.

        Raises:
            DetonationError: if it cannot.
        """

    @abstractmethod
    def close(self) -> None:
        """End, and drop every connection."""
