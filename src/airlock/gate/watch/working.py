"""Does works: fetch, examine, judge, and record the result together with the end of the work.

- A work is held while it is done; the hold is renewed. Whoever is killed, hangs or is cut off from
  the store loses it, and what they still bring is refused: one work has one result.
- What a source fails at is tried again with growing pauses, and is a dead letter in the end. What
  the source has withdrawn is gone, and said to be gone; it is never called clean.
- A source that asks to be left alone is left alone by everybody.
- What is judged already by today's checks, here or at the gate, is not judged again.
"""

import asyncio
import contextlib
import datetime as dt
import functools
from collections.abc import Callable, Sequence

import anyio.to_thread
import structlog

from airlock import vetting
from airlock.errors import (
    AirlockError,
    DigestMismatch,
    ProjectNotFound,
    SourceError,
    StoreError,
    UpstreamUnavailable,
)
from airlock.gate.door import Asked
from airlock.gate.examining import log_verdict
from airlock.gate.watch.pacing import Sleep, rested
from airlock.gate.watch.parts import Parts
from airlock.gate.watch.settings import WorkSettings
from airlock.model import ProjectName, Verdict
from airlock.model.watching import Claim, Stage, Work, Worker
from airlock.store.works import Result, Terms
from airlock.workers import Examination

_log = structlog.get_logger("airlock.watch")
_BEATS_PER_HOLD = 4


class Working:
    """Does works, one or several at a time.

    Args:
        parts: with which.
        settings: how.
        holder: the name of this worker, like no other's.
        clock: gives the time in UTC.
        sleep: waits for some seconds.
    """

    def __init__(
        self,
        parts: Parts,
        settings: WorkSettings,
        holder: str,
        clock: Callable[[], dt.datetime],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._parts = parts
        self.settings = settings
        self._holder = holder
        self._clock = clock
        self._sleep = sleep
        self._held: dict[int, Claim] = {}
        self._started = clock()
        versions = {check.id: check.version for check in parts.checks.checks}
        self._checks_version = parts.checks.version
        self._checks = parts.works.register_checks(self._checks_version, versions)

    @property
    def checks(self) -> int:
        """The number of this worker's set of checks."""
        return self._checks

    @property
    def stages(self) -> list[Stage]:
        """What this worker does."""
        does = (Stage.STATIC, self.settings.examines), (Stage.DETONATION, self.settings.detonations)
        return [stage for stage, done in does if done]

    async def hindered(self) -> bool:
        """Tell whether nobody knows how to judge at this moment."""
        return bool(await anyio.to_thread.run_sync(lambda: self._parts.in_force.trouble))

    async def take(self, most: int, only: "list[int] | None" = None) -> tuple[Claim, ...]:
        """Hold works that are due, at most so many; none where nobody knows how to judge."""
        if await self.hindered():
            return ()
        now, how = self._clock(), self.settings
        terms = Terms(self._holder, self._checks, self.stages, now + how.hold, how.spacing)
        claims = await anyio.to_thread.run_sync(
            lambda: self._parts.works.claim(terms, most, now, only=only)
        )
        self._held |= {claim.id: claim for claim in claims}
        return claims

    async def do(self, claim: Claim) -> None:
        """Do a work that is held, to its end; whatever goes wrong with it is recorded."""
        try:
            await self._done(claim)
        except asyncio.CancelledError:
            if claim.work.stage is Stage.DETONATION and self._parts.second_look is not None:
                # A thread goes on whatever becomes of who waits for it.
                self._parts.second_look.stop()
            await asyncio.shield(self._give_back(claim, "its worker was stopped", counted=False))
            raise
        except StoreError as error:
            # Nothing can be recorded now: the hold ends by itself.
            _log.warning("store-unavailable", work=claim.id, error=str(error))
        except SourceError as error:
            await self._failed(claim, error)
        except AirlockError as error:
            await self._give_back(claim, str(error))
        finally:
            self._held.pop(claim.id, None)

    async def do_in_turn(self, claims: Sequence[Claim], stop: asyncio.Event) -> None:
        """Do works one after the other; what is not begun when told to stop is given back.

        So are the others beside one that was begun before: what costs its worker the life must not
        take along, each time, whatever is held with it.
        """
        rest = list(claims)
        try:
            if any(claim.attempt > 1 for claim in rest):
                while len(rest) > 1:
                    await self._not_begun(rest.pop(), "")
            while rest and not stop.is_set():
                await self.do(rest.pop(0))
        finally:
            for claim in rest:
                await asyncio.shield(self._not_begun(claim, "its worker was stopped"))

    async def _not_begun(self, claim: Claim, reason: str) -> None:
        self._held.pop(claim.id, None)
        await self._give_back(claim, reason, counted=False)

    async def _done(self, claim: Claim) -> None:
        work = claim.work
        before = await anyio.to_thread.run_sync(self._parts.store.latest_verdict, work.sha256)
        if work.stage is Stage.DETONATION:
            come_of_it = functools.partial(self._second_look, before, work)
        elif before is not None and self._is_current(before, work):
            come_of_it = functools.partial(Result, self._checks, follow=self._follow(before))
        else:
            come_of_it = functools.partial(self._judged, work, await self._examined(claim))
        await anyio.to_thread.run_sync(lambda: self._settle(claim, come_of_it()))

    async def _examined(self, claim: Claim) -> Examination:
        pause = (claim.not_before - self._clock()).total_seconds()
        if pause > 0:
            await self._sleep(pause)
        return await self._parts.examine(_asked(claim.work), claim.work.release)

    def _judged(self, work: Work, done: Examination) -> Result:
        artifact, outcomes = done.job.artifact, done.outcomes
        if (look := self._parts.second_look) is not None:
            outcomes = tuple(look.recalled(artifact, outcomes))
        verdict = vetting.judge(
            artifact,
            outcomes,
            self._parts.in_force.policy,
            self._parts.checks,
            now=self._clock(),
            seconds=done.seconds,
        )
        needs = done.profile.needs if done.profile is not None else ()
        return Result(
            self._checks,
            verdict,
            {ProjectName(need.name) for need in needs if need.name},
            self._parts.read(_asked(work), done),
            self._follow(verdict),
        )

    def _settle(self, claim: Claim, result: Result) -> None:
        if not self._parts.works.settle(claim, result, self._clock()):
            _log.warning("late", work=claim.id, file=claim.work.file.filename)
        elif result.verdict is not None:
            log_verdict(result.verdict)

    def _is_current(self, verdict: Verdict, work: Work) -> bool:
        about = (verdict.artifact.name.filename, verdict.artifact.release.project)
        wanted = (work.file.filename, work.release.project)
        return about == wanted and verdict.checks_version == self._checks_version

    def _follow(self, verdict: Verdict) -> Work | None:
        look = self._parts.second_look
        return look.follow(verdict) if look is not None else None

    def _second_look(self, before: Verdict | None, work: Work) -> Result:
        if before is None or self._parts.second_look is None:
            raise AirlockError(f"{work.file.filename} was never examined")
        return Result(self._checks, self._parts.second_look.look(before, work))

    async def _failed(self, claim: Claim, error: SourceError) -> None:
        """Record that a source failed: for a time, or because the file is no more."""
        if isinstance(error, UpstreamUnavailable) and error.retry_after:
            await self._leave_alone(claim.work, error.retry_after)
        elif isinstance(error, DigestMismatch) or _is_final(error):
            gone = await self._withdrawn(claim.work)
            if gone:
                await self._recorded(lambda: self._parts.works.withdraw(claim, gone, self._clock()))
                return
        await self._give_back(claim, str(error))

    async def _leave_alone(self, work: Work, seconds: float) -> None:
        until = rested(seconds, self._clock())
        source = work.release.source or ""
        await self._recorded(lambda: self._parts.following.rest(source, until))

    async def _withdrawn(self, work: Work) -> str:
        """Ask the index whether it still announces a file; tell why it is gone, or nothing."""
        source, project = work.release.source or "", work.release.project
        index = self._parts.indexes.get(source)
        if index is None:
            return ""
        try:
            listing = await index.listing(project)
        except ProjectNotFound:
            return f"{source} has no project {project} any more"
        except SourceError:
            return ""
        announced = [one for one in listing.files if one.filename == work.file.filename]
        if not announced:
            return f"{source} has no {work.file.filename} any more"
        if all(one.sha256 != work.sha256 for one in announced):
            return await self._replaced(source, work)
        return ""

    async def _replaced(self, source: str, work: Work) -> str:
        """Have the page read again: what is announced now is another work."""
        now, project = self._clock(), work.release.project
        if not await self._recorded(lambda: self._parts.following.recall(source, project, now)):
            return ""
        return f"{source} announces other bytes as {work.file.filename} by now"

    async def _give_back(self, claim: Claim, reason: str, *, counted: bool = True) -> None:
        at = self._clock() + (claim.wait() if counted else dt.timedelta(0))
        await self._recorded(lambda: self._parts.works.put_back(claim, reason, at, counted=counted))
        _log.warning("put-back", work=claim.id, file=claim.work.file.filename, reason=reason[:300])

    async def _recorded(self, record: Callable[[], object]) -> bool:
        """Record something, and tell whether it was; if not, the hold ends by itself."""
        try:
            await anyio.to_thread.run_sync(record)
        except StoreError as error:
            _log.warning("store-unavailable", error=str(error))
            return False
        return True

    async def keep(self) -> None:
        """Renew what is held and say that this worker lives, until cancelled."""
        while True:
            await self.beat()
            await self._sleep(self.settings.hold.total_seconds() / _BEATS_PER_HOLD)

    async def beat(self) -> None:
        """Renew what is held, and say that this worker lives."""
        now, held = self._clock(), list(self._held)
        worker = Worker(id=self._holder, checks=self._checks, started_at=self._started, beat_at=now)

        def tell() -> None:
            if held:
                self._parts.works.renew(self._holder, held, now + self.settings.hold)
            self._parts.works.beat(worker)
            self._parts.works.bury(now)

        await self._recorded(tell)

    async def close(self) -> None:
        """Say that this worker ends."""
        with contextlib.suppress(StoreError):
            await anyio.to_thread.run_sync(self._parts.works.leave, self._holder)


def _is_final(error: SourceError) -> bool:
    return isinstance(error, UpstreamUnavailable) and error.retry_after is None


def _asked(work: Work) -> Asked:
    return Asked(
        work.sha256,
        work.file.filename,
        work.release.project,
        work.release.source,
        uploaded=work.file.upload_time,
    )
