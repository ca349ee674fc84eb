"""Sends an artifact into a cell and gathers what the cell tells."""

import contextlib
import datetime as dt
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

import msgspec

from airlock.behaviour.bait import make_baits
from airlock.behaviour.events import AnyEvent, Began, Header, Trace
from airlock.behaviour.log import decode_event
from airlock.detonation import host
from airlock.detonation.groups import Group
from airlock.detonation.interface import CELL_UNSAFE, Limits, Plan, Profile, Watched
from airlock.detonation.notify import PROGRAM
from airlock.errors import DetonationError, MalformedDocument, UnsafeHost
from airlock.model import Artifact, ArtifactName, Release, Sha256

_FIRST_NAMES = (
    "anna",
    "bruno",
    "clara",
    "david",
    "emma",
    "felix",
    "greta",
    "hugo",
    "ines",
    "jonas",
)
_MACHINES = ("build", "desk", "dev", "lab", "node", "office", "station", "work")
_LONGEST_LINE = 8 * 1024 * 1024
_LOG_BYTES = 256 * 1024 * 1024
_GRACE_SECONDS = 60.0
_TOOLS = ("first.py", "modules.py", "probe.py")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be detonated."""

    artifact: Artifact
    path: Path
    dependencies: tuple[Path, ...] = ()
    """Wheels, installed before it."""
    backends: tuple[Path, ...] = ()
    """Wheels that its build may need."""
    tracer: str = ""
    """``strace`` or ``seccomp``; empty for the first of them that this host has."""
    profile: Profile = Profile.QUICK


class Detonator:
    """Detonates artifacts, one after the other.

    Args:
        limits: of each.
        clock: gives the time in UTC.
        chance: for names, baits and the marker; ``None`` for the system's.
    """

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], dt.datetime],
        chance: random.Random | None = None,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._chance = chance or random.SystemRandom()

    def run(self, request: Request, progress: Callable[[AnyEvent], None]) -> Watched:
        """Detonate an artifact.

        Args:
            request: what, and how.
            progress: called with everything that begins.

        Raises:
            UnsafeHost: if nobody could prove that nothing gets out; nothing was run then.
            DetonationError: if the sandbox could not do its work.
        """
        host.require_abilities()
        begun = time.monotonic()
        with _work_folder() as work, _probe_service() as port:
            plan = self._plan(request, work, port)
            _lay_out(request, plan, work)
            events = tuple(self._cell(plan, progress))
        return Watched(
            trace=Trace(header=plan.header, events=events),
            seconds=round(time.monotonic() - begun, 3),
        )

    def prove(self) -> None:
        """Build a sandbox and try to get out of it; run nothing else.

        Raises:
            UnsafeHost: if nobody could prove that nothing gets out.
            DetonationError: if the sandbox could not do its work.
        """
        host.require_abilities()
        with _work_folder() as work, _probe_service() as port:
            name = ArtifactName.parse("nothing-0.tar.gz")
            path = work / "here"
            release = Release(project=name.project, version=name.version)
            nothing = Artifact(sha256=Sha256.of(b""), size=0, name=name, release=release)
            request = Request(artifact=nothing, path=path)
            plan = msgspec.structs.replace(self._plan(request, work, port), proof_only=True)
            _lay_out(request, plan, work)
            for _ in self._cell(plan, lambda _: None):
                continue

    def _plan(self, request: Request, work: Path, port: int) -> Plan:
        drop_to = host.NOBODY if os.getuid() == 0 else None
        python = host.interpreter(drop_to)
        user = self._chance.choice(_FIRST_NAMES) + str(self._chance.randrange(10, 99))
        machine = f"{self._chance.choice(_MACHINES)}-{self._chance.randbytes(3).hex()}"
        home = f"/home/{user}"
        authorities = Path(python.authorities or "/etc/none").resolve()
        bound = authorities.is_file() and not authorities.is_relative_to("/etc")
        header = Header(
            filename=request.artifact.name.filename,
            sha256=str(request.artifact.sha256),
            profile=str(request.profile),
            began=self._clock(),
            python=python.version,
            host=machine,
            user=user,
            home=home,
            tree=("~/.local/", "/tmp/", "~/.cache/"),  # noqa: S108 - folders of the sandbox
            baits=make_baits(random.Random(self._chance.randbytes(16))),  # noqa: S311 - no secrets
        )
        deep = request.profile is Profile.DEEP
        return Plan(
            header=header,
            work=str(work),
            python=python.path,
            readable=python.readable,
            site_folders=tuple(one for one in python.sites if Path(one).is_dir()),
            user_site=f".local/{python.user_site}",
            certificates=(str(authorities),) if bound else (),
            artifact=request.artifact.name.filename,
            project=str(request.artifact.name.project),
            requirements=tuple(path.name for path in request.dependencies),
            redirects=host.redirects(),
            drop_to=drop_to,
            tracer=host.tracer(request.tracer),
            deep=deep,
            faketime=host.faketime() if deep else "",
            marker=f"/run/{secrets.token_hex(12)}",
            limits=self._limits,
            probe_port=port,
            probe_file=str(work / "here"),
        )

    def _cell(self, plan: Plan, progress: Callable[[AnyEvent], None]) -> Iterator[AnyEvent]:
        most = sum(plan.limits.seconds.values()) + _GRACE_SECONDS
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "airlock.detonation.cell"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        with Group(process.pid, plan.limits), _ended(process, most), _ends_with_us(process):
            yield from _conversation(process, plan, progress)
        _require_success(process)


def _conversation(
    process: "subprocess.Popen[bytes]", plan: Plan, progress: Callable[[AnyEvent], None]
) -> Iterator[AnyEvent]:
    if process.stdin is None or process.stdout is None:
        raise DetonationError("the cell has no pipes")
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(msgspec.json.encode(plan))
        process.stdin.close()
    taken = 0
    while line := process.stdout.readline(_LONGEST_LINE):
        taken += len(line)
        if taken > _LOG_BYTES:
            raise DetonationError("the cell says more than anybody can keep")
        try:
            event = decode_event(line)
        except MalformedDocument as error:
            raise DetonationError(f"the cell cannot be understood: {error}") from error
        if isinstance(event, Began):
            progress(event)
        yield event


@contextlib.contextmanager
def _ended(process: "subprocess.Popen[bytes]", most_seconds: float) -> Iterator[None]:
    """See to it that a cell ends, however the block is left: all in it ends with it."""
    alarm = threading.Timer(most_seconds, process.kill)
    alarm.start()
    try:
        yield
        process.wait()
    finally:
        alarm.cancel()
        if process.poll() is None:
            _kill(process)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextlib.contextmanager
def _ends_with_us(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """End a cell at the moment of an interrupt, whatever becomes of the exception.

    Python loses an exception that a signal raises while an object is being finalised; a cell that
    is gone is noticed all the same.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def told(number: int, frame: FrameType | None) -> None:
        _kill(process)
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGINT, told)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _require_success(process: "subprocess.Popen[bytes]") -> None:
    told = process.stderr.read().decode("utf-8", "replace").strip() if process.stderr else ""
    if process.stderr is not None:
        process.stderr.close()
    if process.returncode == CELL_UNSAFE:
        raise UnsafeHost(told.splitlines()[0] if told else "the self-test failed")
    if process.returncode:
        lines = told.splitlines() or [f"the cell ended with {process.returncode}"]
        raise DetonationError(lines[0][:500], hint=lines[1] if len(lines) > 1 else "")


@contextlib.contextmanager
def _work_folder() -> Iterator[Path]:
    """Give a folder that the cell's user owns, and remove it."""
    with tempfile.TemporaryDirectory(prefix="airlock-cell-", dir=_open_folder()) as name:
        work = Path(name)
        for folder in ("packages", "site", "tools", "world"):
            (work / folder).mkdir()
        (work / "here").write_text("a file of the host\n", encoding="ascii")
        yield work


def _lay_out(request: Request, plan: Plan, work: Path) -> None:
    packages = work / "packages"
    for wheel in (*request.backends, *request.dependencies):
        if not (packages / wheel.name).exists():
            shutil.copyfile(wheel, packages / wheel.name)
    shutil.copyfile(request.path, packages / plan.artifact)
    inside = resources.files("airlock.detonation.inside")
    for name in _TOOLS:
        (work / "tools" / name).write_bytes((inside / name).read_bytes())
    (work / PROGRAM).write_bytes((inside / PROGRAM).read_bytes())
    found = find_spec("pip")
    if found is not None and found.submodule_search_locations:
        shutil.copytree(found.submodule_search_locations[0], work / "site" / "pip")
    if plan.drop_to is not None:
        for folder, folders, files in os.walk(work):
            for entry in (".", *folders, *files):
                os.chown(Path(folder, entry), plan.drop_to, plan.drop_to)


def _open_folder() -> str:
    """Return a folder for temporary files that the user of a cell can get into."""
    wanted = tempfile.gettempdir()
    shared = (wanted, "/tmp", "/var/tmp")  # noqa: S108 - the folder in it has a random name
    return next((one for one in shared if os.getuid() or host.open_to_all(Path(one))), wanted)


@contextlib.contextmanager
def _probe_service() -> Iterator[int]:
    """Give the port of a service on the host's loopback, which the sandbox must not reach."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])
