"""A day at an index, in simulated time: what it publishes, how it misbehaves, and who is killed.

The index is the simulator of the suite on loopback; watcher and workers are the real ones, but for
their clock, and for what is examined: checks that cost nothing.
"""

import asyncio
import datetime as dt
import hashlib
import random
from pathlib import Path
from typing import Any, NamedTuple

from airlock.checks import CheckSet, load_checks
from airlock.errors import DigestMismatch
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.gate.door import Asked
from airlock.gate.watch.parts import Parts
from airlock.gate.watch.priority import Priorities
from airlock.gate.watch.settings import WatchSettings, WorkSettings
from airlock.gate.watch.watching import Followed, Watching
from airlock.gate.watch.working import Working
from airlock.model import Artifact, ArtifactName, Outcome, Release, Sha256, Status
from airlock.phantoms import Likeness
from airlock.policy import InForce, default_policy
from airlock.sources.changes.asking import Asking
from airlock.sources.changes.changelog import ChangelogChanges
from airlock.sources.changes.serials import SerialChanges
from airlock.sources.interface import Limits
from airlock.sources.simple_index import SimpleIndex
from airlock.store import Records
from airlock.workers import Examination, Job
from tests.simulators.interrupted import Interrupted, Killed
from tests.simulators.upstream import Fault, Upstream, make_wheel
from tests.watch.reading import read

BEGIN = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
STEP = dt.timedelta(minutes=10)
LIMITS = Limits(tries=1, idle_seconds=0.5, page_seconds=5, file_seconds=5)


def faults(retry_after: int) -> tuple[tuple[Fault, int | None, dict[str, str]], ...]:
    """Return what may go wrong at an index, which asks to be left alone for so many seconds."""
    return (
        (Fault.STATUS, 503, {"Retry-After": str(retry_after)}),
        (Fault.STATUS, 500, {}),
        (Fault.TRUNCATE, None, {}),
        (Fault.RESET, None, {}),
        (Fault.WRONG_BYTES, None, {}),
        (Fault.SLOW, 4_000, {}),
        (Fault.WRONG_HASH, None, {}),
    )


_FAULTS = faults(60)


class NoLore:
    """Knows nothing of names."""

    def looks_like(self, _project: object) -> Likeness | None:
        return None

    def history(self, _project: object) -> str:
        return ""

    def is_common(self, _word: str) -> bool:
        return False


class Fetching:
    """Fetches artifacts really, and examines them by checks that find nothing."""

    def __init__(self, index: SimpleIndex, checks: CheckSet, folder: Path) -> None:
        self._index = index
        self._checks = checks
        self._folder = folder

    async def __call__(self, asked: Asked, release: Release) -> Examination:
        assert release.listed is not None
        path = self._folder / hashlib.sha256(asked.filename.encode()).hexdigest()
        digest = await self._index.fetch(release.listed, path)
        if digest != asked.sha256:
            raise DigestMismatch("other bytes")
        artifact = Artifact(
            Sha256(digest), path.stat().st_size, ArtifactName.parse(asked.filename), release
        )
        outcomes = tuple(
            Outcome(check=check.id, version=check.version, status=Status.SAW)
            for check in self._checks.checks
        )
        return Examination(
            job=Job(artifact=artifact, path=str(path), now=BEGIN), outcomes=outcomes, seconds=0.0
        )


class Day(NamedTuple):
    """What became of a day."""

    published: set[str]
    """The files that were offered at the end."""
    withdrawn: set[str]
    """Those that were offered for a time."""
    kills: int


class World:
    """An index, a watcher and some workers.

    Args:
        upstream: the index; empty.
        records: of the watch; empty.
        folder: for what is fetched.
        seed: of everything that happens by chance.
    """

    def __init__(self, upstream: Upstream, records: Records, folder: Path, seed: int) -> None:
        self.upstream = upstream
        self.records = records
        self.now = BEGIN
        self._folder = folder
        self._dice = random.Random(seed)
        self._projects: dict[str, int] = {}
        self._published: set[str] = set()
        self._withdrawn: set[str] = set()
        self._checks = load_checks(families=["archive"])
        self._ports: list[Interrupted] = []
        upstream.tells = {"changelog", "serials"}

    async def run(self, steps: int, releases: int, *, kills: float) -> Day:
        """Let time pass: so many steps with releases and faults, then as many as it takes."""
        async with SimpleIndex(self.upstream.url, limits=LIMITS, clock=lambda: self.now) as index:
            self._asking = Asking(self.upstream.url, LIMITS, lambda: self.now)
            self.upstream.add(*make_wheel("before", "1.0"), upload_time=BEGIN - STEP)
            await self._step(index, 0.0)
            for _ in range(steps):
                self._misbehave()
                for _ in range(releases):
                    self._publish()
                await self._step(index, kills)
                self.upstream.heal()
            self.upstream.hidden.clear()
            for _ in range(200):
                if not await self._step(index, kills / 4):
                    break
            await self._asking.aclose()
        return Day(self._published, self._withdrawn, sum(port.kills for port in self._ports))

    def _publish(self) -> None:
        fresh = not self._projects or self._dice.random() < 0.6
        name = f"project-{len(self._projects)}" if fresh else self._dice.choice([*self._projects])
        self._projects[name] = self._projects.get(name, 0) + 1
        filename, data = make_wheel(name, f"{self._projects[name]}.0")
        at = self.now + STEP * self._dice.random()
        before = len(self.upstream.journal)
        self.upstream.add(filename, data, upload_time=at)
        self._published.add(filename)
        if self._dice.random() < 0.1:
            # Its serials are given, and can be seen only later.
            self.upstream.hidden |= {told.serial for told in self.upstream.journal[before:]}

    def _misbehave(self) -> None:
        if self._dice.random() < 0.5:
            self.upstream.hidden.clear()
        if self._dice.random() < 0.7:
            kind, value, headers = self._dice.choice(_FAULTS)
            where = self._dice.choice(["/files/*", "/simple/*", "/pypi", "/simple/p*"])
            times = self._dice.randint(1, 4)
            self.upstream.fault(where, kind, value, times=times, headers=headers)
        if len(self._projects) > 5 and self._dice.random() < 0.2:
            name = self._dice.choice([*self._projects])
            del self._projects[name]
            stem = name.replace("-", "_") + "-"
            gone = {file for file in self._published if file.startswith(stem)}
            self._published -= gone
            self._withdrawn |= gone
            self.upstream.delete(name)

    async def _step(self, index: SimpleIndex, kills: float) -> bool:
        """Let a step of time pass in small ones; tell whether there is anything left to do."""
        for _ in range(4):
            self.now += STEP / 4
            await self._survive(self._watch(index, kills))
            for number in range(2):
                await self._survive(self._work(index, kills, f"worker-{number}"))
        backlog = self.records.works.backlog(self.now)
        return bool(sum(backlog.waiting.values()) or backlog.pages)

    async def _survive(self, process: Any) -> None:
        try:
            await process
        except Killed:
            # Another one is started in its place at the next step.
            return

    async def _watch(self, index: SimpleIndex, kills: float) -> None:
        works, following = self._killed(kills, "works", "following")
        watching = Watching(
            followed=Followed(index, ChangelogChanges(self._asking), SerialChanges(self._asking)),
            works=works,
            following=following,
            store=self.records.store,
            priorities=Priorities(
                BuiltinPopularity(), NoLore(), works.dependents, works.pending, 50
            ),
            checks=works.register_checks("0" * 16, {}),
            settings=WatchSettings(compare_every=4 * STEP, rate=1e6),
            clock=lambda: self.now,
            sleep=_no_time,
        )
        await watching.poll()
        while await watching.read_pages():
            pass

    async def _work(self, index: SimpleIndex, kills: float, holder: str) -> None:
        works, following = self._killed(kills, "works", "following")
        parts = Parts(
            works,
            following,
            self.records.store,
            {index.url: index},
            Fetching(index, self._checks, self._folder),
            read,
            InForce(default_policy()),
            self._checks,
        )
        working = Working(parts, WorkSettings(rate=1e6), holder, lambda: self.now, sleep=_no_time)
        await working.beat()
        while claims := await working.take(5):
            # One after the other: the end of one is the end of the process.
            for claim in claims:
                await working.do(claim)

    def _killed(self, chance: float, *names: str) -> list[Any]:
        made = [Interrupted(getattr(self.records, name), chance, self._dice) for name in names]
        self._ports += made
        return made


async def _no_time(_seconds: float) -> None:
    await asyncio.sleep(0)


def results(records: Records, filenames: set[str]) -> dict[str, int]:
    """Return how many verdicts there are on each file."""
    found = dict.fromkeys(filenames, 0)
    for _, artifact in records.works.artifacts(0, 100_000):
        found.setdefault(artifact.name.filename, 0)
    for entry in records.log.entries(0, 1_000_000):
        if entry.event.kind == "verdict":
            name = entry.event.details["filename"]
            found[name] = found.get(name, 0) + 1
    return found
