"""Runs a YARA-X rule or a check over everything that is kept.

- Every artifact is opened in a process of its own, under the limits of every examination.
- How far it is is recorded after each piece: who is stopped goes on there. Two at once find nothing
  twice.
- What cannot be looked at, or is not kept any more, is told; it is never a miss.
"""

import contextlib
import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from airlock import scratch
from airlock.archive import Member
from airlock.checks import CheckSet, Subject
from airlock.checks.interface import Check
from airlock.errors import StoreError, UsageError
from airlock.model import Artifact, Confidence, Finding, Severity, Status
from airlock.model.hunting import Hit, Run
from airlock.store import Blobs
from airlock.store.hunting import Hunting
from airlock.store.works import Works
from airlock.workers import Examination, FactsLoader, Job, WorkerLimits, Workers

_PIECE = 64
_MOST_MATCHES = 20
_kit: tuple[CheckSet, FactsLoader] | None = None


def kit() -> tuple[CheckSet, FactsLoader]:
    """Return what the processes ask, which they inherit from the one that prepared it.

    Raises:
        UsageError: if nothing was prepared.
    """
    if _kit is None:
        raise UsageError("no rule and no check was given")
    return _kit


def prepare(check: Check, facts: FactsLoader) -> Workers:
    """Return the processes that ask one check."""
    global _kit  # noqa: PLW0603 - forks inherit it
    _kit = (CheckSet([check]), facts)
    return Workers(_kit[0], f"{__name__}:kit", WorkerLimits(), start="fork")


class YaraCheck(Check):
    """Asks the rules of a file.

    Raises:
        UsageError: if they are none.
    """

    id = "hunt-yara"
    version = 1

    def __init__(self, source: str, origin: str) -> None:
        import yara_x

        try:
            self._rules: Any = yara_x.compile(source)
        except yara_x.CompileError as error:
            raise UsageError(f"{origin} is no YARA-X rule: {str(error)[:1500]}") from error

    def member(self, member: Member, subject: Subject) -> Iterable[Finding]:  # noqa: ARG002
        """Ask about one file."""
        import yara_x

        data = member.read()
        found = yara_x.Scanner(self._rules).scan(data)
        for rule in list(found.matching_rules)[:_MOST_MATCHES]:
            offsets = [match.offset for pattern in rule.patterns for match in pattern.matches]
            line = data.count(b"\n", 0, min(offsets)) + 1 if offsets else 0
            yield Finding(
                severity=Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
                message=f"matches the rule {rule.identifier}",
                path=member.path,
                line=line,
            )


def run_id(*parts: str) -> str:
    """Return the id of a run: the same question is the same run."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


class Retro:
    """Looks at everything that is kept.

    Args:
        hunting: keeps how far it is.
        works: know everything that was ever looked at.
        blobs: that are kept.
        workers: ask (``prepare``).
        width: processes at once.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each is a port or a value of its own
        self,
        hunting: Hunting,
        works: Works,
        blobs: Blobs,
        workers: Workers,
        width: int,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._hunting = hunting
        self._works = works
        self._blobs = blobs
        self._workers = workers
        self._width = width
        self._clock = clock

    def run(self, run: Run, tick: Callable[[Run, int], None] = lambda _run, _of: None) -> Run:
        """Go on where a run is, to its end; return how far it is then.

        Args:
            run: to begin or to go on with.
            tick: is told how far it is, and how many there are.
        """
        run, count = self._hunting.run(run, self._clock()), self._works.count_artifacts()
        tick(run, count)
        while found := self._works.artifacts(run.position, _PIECE):
            hits = list(self._look([artifact for _, artifact in found]))
            moved = msgspec.structs.replace(
                run, position=found[-1][0], looked_at=run.looked_at + len(found), done=False
            )
            # Of two that do the same run, one records a piece, and both go on behind it.
            mine = self._hunting.advance(run, moved, hits)
            run = moved if mine else self._hunting.run(run, self._clock())
            tick(run, count)
        done = msgspec.structs.replace(run, done=True)
        self._hunting.advance(run, done, ())
        return done

    def _look(self, artifacts: Iterable[Artifact]) -> Iterator[Hit]:
        with contextlib.ExitStack() as opened:
            jobs = []
            for artifact in artifacts:
                try:
                    path = self._path(artifact, opened)
                except StoreError as error:
                    yield _missed(artifact, str(error))
                    continue
                jobs.append(Job(artifact=artifact, path=str(path), now=self._clock()))
            for done in self._workers.run_all(jobs, width=self._width):
                yield from _hits(done)

    def _path(self, artifact: Artifact, opened: contextlib.ExitStack) -> Path:
        if not self._blobs.has(artifact.sha256):
            raise StoreError("its bytes are not kept any more")
        path = self._blobs.local_path(artifact.sha256)
        if path is not None:
            return path
        folder = opened.enter_context(scratch.folder("hunt"))
        copy = folder / "artifact"
        with copy.open("wb") as file:
            file.writelines(self._blobs.stream(artifact.sha256))
        return copy


def _hits(done: Examination) -> Iterator[Hit]:
    artifact = done.job.artifact
    for outcome in done.outcomes:
        for finding in outcome.findings:
            yield Hit(
                filename=artifact.name.filename,
                sha256=artifact.sha256,
                message=finding.message,
                path=finding.path,
                line=finding.line,
            )
        if outcome.status is Status.FAILED:
            yield _missed(artifact, outcome.reason)


def _missed(artifact: Artifact, reason: str) -> Hit:
    return Hit(
        filename=artifact.name.filename,
        sha256=artifact.sha256,
        message=f"not looked at: {reason}",
        failed=True,
    )
