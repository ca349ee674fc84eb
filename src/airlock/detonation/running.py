"""Sends an artifact into a cell and gathers what the cell tells."""

import contextlib
import datetime as dt
import os
import random
import secrets
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import msgspec

from airlock import scratch
from airlock.behaviour.bait import make_baits
from airlock.behaviour.events import AnyEvent, Header, Trace
from airlock.detonation import host
from airlock.detonation.cells import Cells
from airlock.detonation.interface import Limits, Plan, Profile, Watched
from airlock.detonation.notify import PROGRAM
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
        self._cells = Cells()

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
            events = tuple(self._cells.run(plan, progress))
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
            for _ in self._cells.run(plan, lambda _: None):
                continue

    def stop(self) -> None:
        """End what is under way, from any thread, and run nothing more."""
        self._cells.stop()

    def _plan(self, request: Request, work: Path, port: int) -> Plan:
        drop_to = host.NOBODY if os.getuid() == 0 else None
        python = host.interpreter(drop_to)
        authorities = Path(python.authorities or "/etc/none").resolve()
        bound = authorities.is_file() and not authorities.is_relative_to("/etc")
        deep = request.profile is Profile.DEEP
        return Plan(
            header=self._header(request, python.version),
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

    def _header(self, request: Request, python: str) -> Header:
        """Return who and where the package is told that it is: other names each time."""
        user = self._chance.choice(_FIRST_NAMES) + str(self._chance.randrange(10, 99))
        return Header(
            filename=request.artifact.name.filename,
            sha256=str(request.artifact.sha256),
            profile=str(request.profile),
            began=self._clock(),
            python=python,
            host=f"{self._chance.choice(_MACHINES)}-{self._chance.randbytes(3).hex()}",
            user=user,
            home=f"/home/{user}",
            tree=("~/.local/", "/tmp/", "~/.cache/"),  # noqa: S108 - folders of the sandbox
            baits=make_baits(random.Random(self._chance.randbytes(16))),  # noqa: S311 - no secrets
        )


@contextlib.contextmanager
def _work_folder() -> Iterator[Path]:
    """Give a folder that the cell's user owns, and remove it."""
    with scratch.folder("cell", _open_folder(), shared=True) as work:
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
