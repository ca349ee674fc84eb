"""What is held is run where nothing can come of it, and judged on everything that is known then.

- Only what is held is looked at again: what is refused is out already, and nothing that the
  sandbox sees lets anything in. What was read stays; what was seen is added.
- What the release before does is no news: the newest that was let in is run, too, if it never was.
- The log is kept before the verdict that speaks of it.
"""

import asyncio
import datetime as dt
import functools
import hashlib
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import structlog

from airlock import vetting
from airlock.behaviour import Trace, judge
from airlock.behaviour.log import MOST_BYTES, read, write
from airlock.checks import CheckSet
from airlock.detonation import Watched as Seen
from airlock.detonation.preparing import Manner, Runs
from airlock.errors import AirlockError, StoreError
from airlock.evidence.behaviour import Watched
from airlock.evidence.history import History
from airlock.gate.watch.engines import EmbeddedEngine
from airlock.gate.watch.priority import SECOND_LOOK
from airlock.gate.watch.working import Working
from airlock.model import Artifact, Decision, ListedFile, Outcome, Release, Sha256, Verdict
from airlock.model.watching import Stage, Work
from airlock.policy.in_force import InForce
from airlock.profiles import Profile
from airlock.store import Blobs, Store
from airlock.store.profiles import ProfiledFile
from airlock.store.traces import KeptTrace, Traces
from airlock.store.works import Works

_log = structlog.get_logger("airlock.watch")
_ASKED_SECONDS = 1.0


class Kept(NamedTuple):
    """What is kept, and where."""

    store: Store
    blobs: Blobs
    traces: Traces
    history: History
    incoming: Path
    """A folder for what is run, on a disk with room."""


class SandboxLook:
    """Looks at what is held by running it (``working.SecondLook``).

    Args:
        kept: what is kept.
        checks: all that there are.
        in_force: the policy that judges, and says whether anything is run.
        clock: gives the time in UTC.
        runs: runs artifacts; ``None`` where others do.
    """

    def __init__(
        self,
        kept: Kept,
        checks: CheckSet,
        in_force: InForce,
        clock: Callable[[], dt.datetime],
        runs: Runs | None = None,
    ) -> None:
        self._kept = kept
        self._checks = checks
        self._in_force = in_force
        self._clock = clock
        self._runs = runs

    def recalled(self, artifact: Artifact, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Return the outcomes of an examination with what was seen of the artifact before."""
        trace = self._trace(artifact.sha256)
        if trace is None:
            return outcomes
        profile = self._kept.history.previous(artifact)
        previous = self._trace(profile.sha256) if profile else None
        seen = Watched(judge(trace, previous))
        return vetting.joined(artifact, outcomes, seen, self._checks, self._clock())

    def follow(self, verdict: Verdict) -> Work | None:
        """Return the work of running what a verdict holds; ``None`` if there is no need."""
        if not self._in_force.last.detonate or verdict.decision is not Decision.HOLD:
            return None
        artifact = verdict.artifact
        if vetting.was_watched(verdict):
            return None
        if artifact.release.listed is None:
            # It was uploaded here: there is no index that announces it.
            name, digest = artifact.name.filename, artifact.sha256
            listed = ListedFile(filename=name, url="", sha256=digest, size=artifact.size)
            release = msgspec.structs.replace(artifact.release, listed=listed)
            artifact = msgspec.structs.replace(artifact, release=release)
        return Work.again(artifact, Stage.DETONATION, SECOND_LOOK)

    def look(self, verdict: Verdict, work: Work) -> Verdict:
        """Run an artifact, keep what was seen, and return the verdict on everything.

        Raises:
            AirlockError: if it could not be run; then nothing is known but what was.
        """
        artifact = verdict.artifact
        if artifact.name.filename != work.file.filename:
            raise AirlockError(f"the verdict is on {artifact.name.filename}, not on this name")
        profile = self._kept.store.profile(
            artifact.release.project, ProfiledFile(artifact.sha256, artifact.name.filename)
        )
        previous = self._previous(artifact)
        watched = self._run(artifact, profile)
        seen, now = Watched(judge(watched.trace, previous)), self._clock()
        return vetting.judge(
            artifact,
            vetting.joined(artifact, verdict.outcomes, seen, self._checks, now),
            self._in_force.policy,
            self._checks,
            now=now,
            seconds=verdict.seconds + watched.seconds,
        )

    def stop(self) -> None:
        """End what is being run here, from any thread, and run nothing more."""
        if self._runs is not None:
            self._runs.stop()

    def _trace(self, sha256: Sha256) -> Trace | None:
        return kept_trace(self._kept.traces, self._kept.blobs, sha256)

    def _previous(self, artifact: Artifact) -> Trace | None:
        """Return what the release before does; ``None`` if there is none or it cannot be run."""
        profile = self._kept.history.previous(artifact)
        if profile is None:
            return None
        if trace := self._trace(profile.sha256):
            return trace
        release = Release(project=artifact.release.project, version=profile.name.version)
        size = self._kept.blobs.size(profile.sha256)
        older = Artifact(sha256=profile.sha256, size=size, name=profile.name, release=release)
        try:
            return self._run(older, profile).trace
        except AirlockError as error:
            _log.warning("not-compared", file=older.name.filename, reason=str(error))
            return None

    def _run(self, artifact: Artifact, profile: Profile | None) -> Seen:
        if self._runs is None:
            raise AirlockError("nothing is run here")
        needs = profile.needs if profile else ()
        with tempfile.TemporaryDirectory(dir=self._kept.incoming) as name:
            folder = Path(name)
            path = folder / artifact.name.filename
            with path.open("wb") as file:
                file.writelines(self._kept.blobs.stream(artifact.sha256))
            run = self._runs.run(artifact, path, needs, Manner(), folder, lambda _: None)
            self._keep(artifact, run.watched.trace, folder)
        return run.watched

    def _keep(self, artifact: Artifact, trace: Trace, folder: Path) -> None:
        path, digest = folder / "trace.jsonl", hashlib.sha256()
        with path.open("wb") as file:
            for line in write(trace):
                digest.update(line)
                file.write(line)
        log = Sha256(digest.hexdigest())
        self._kept.blobs.put(log, path)
        self._kept.traces.put(
            KeptTrace(
                sha256=artifact.sha256,
                name=artifact.name,
                project=artifact.release.project,
                log=log,
                seen_at=self._clock(),
            )
        )


class Held:
    """What a gate holds is queued (``intake.SecondLook``).

    Args:
        look: that knows what is worth it.
        works: the queue.
        checks: that judged.
        clock: gives the time in UTC.
    """

    def __init__(
        self, look: SandboxLook, works: Works, checks: CheckSet, clock: Callable[[], dt.datetime]
    ) -> None:
        self._look = look
        self._works = works
        self._checks = checks
        self._clock = clock

    def recalled(self, artifact: Artifact, outcomes: Sequence[Outcome]) -> Sequence[Outcome]:
        """Return the outcomes of an examination with what was seen of the artifact before."""
        return self._look.recalled(artifact, outcomes)

    def noted(self, verdict: Verdict) -> None:
        """Queue what a verdict holds, to be run."""
        work = self._look.follow(verdict)
        if work is not None:
            self._works.add([work], self._number, self._clock())

    @functools.cached_property
    def _number(self) -> int:
        versions = {check.id: check.version for check in self._checks.checks}
        return self._works.register_checks(self._checks.version, versions)


class Beside:
    """Runs what is held in the background of a gate, once the policy wants that.

    Args:
        in_force: the policy.
        make: makes what does the works; gives ``None`` where this host cannot.
    """

    def __init__(self, in_force: InForce, make: Callable[[], Working | None]) -> None:
        self._in_force = in_force
        self._make = make
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while not self._in_force.last.detonate:  # noqa: ASYNC110 - others than this loop change it
            await asyncio.sleep(_ASKED_SECONDS)
        working = await asyncio.to_thread(self._make)
        if working is not None:
            await EmbeddedEngine().run(working, asyncio.Event())

    async def close(self) -> None:
        """End; what is under way is given back to whoever comes next."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


def kept_trace(
    traces: Traces, blobs: Blobs, sha256: Sha256, largest: int = MOST_BYTES
) -> Trace | None:
    """Return what was seen of an artifact; ``None`` if nobody ran it, or the log is gone.

    Args:
        traces: which logs there are.
        blobs: where they are.
        sha256: of the artifact.
        largest: a log of more bytes is as good as gone.
    """
    kept = traces.of(sha256)
    if kept is None:
        return None
    try:
        if blobs.size(kept.log) > largest:
            return None
        lines = b"".join(blobs.stream(kept.log)).splitlines(keepends=True)
    except StoreError:
        return None
    return read(lines, kept.name.filename)
