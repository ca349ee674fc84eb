"""Has kept bytes examined, a few at a time, with what came before them.

- What is examined is the blob under the digest, or a copy of it where blobs lie elsewhere.
"""

import asyncio
import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

import anyio.to_thread
import structlog

from airlock.evidence.history import History
from airlock.gate import metrics
from airlock.model import Artifact, Verdict
from airlock.model.provenance import Provenance
from airlock.report import one_line
from airlock.store import Blobs
from airlock.workers import Examination, Job, Past, Workers

_log = structlog.get_logger("airlock.gate")
_LOGGED_CHARACTERS = 300


class Examining:
    """Examines artifacts.

    Args:
        blobs: what is kept.
        workers: where examinations run.
        history: knows what came before an artifact.
        incoming: a folder for copies, on the same disk as the blobs.
        at_once: how many examinations run at the same time.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913 - these are the parts
        self,
        *,
        blobs: Blobs,
        workers: Workers,
        history: History,
        incoming: Path,
        at_once: int,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._blobs = blobs
        self._workers = workers
        self._history = history
        self._incoming = incoming
        self._clock = clock
        self._places = asyncio.Semaphore(at_once)

    async def examine(self, artifact: Artifact, known: Callable[[Path], Provenance]) -> Examination:
        """Examine an artifact whose bytes are kept, when there is a place.

        Args:
            artifact: which.
            known: returns what is known of where it comes from, given the path of its bytes.

        Raises:
            StoreError: if its bytes cannot be read.
        """
        async with self._places:
            return await anyio.to_thread.run_sync(self._examine, artifact, known)

    def warm(self) -> None:
        """Get ready: something will have to be examined soon."""
        self._workers.warm()

    def _examine(self, artifact: Artifact, known: Callable[[Path], Provenance]) -> Examination:
        path = self._blobs.local_path(artifact.sha256)
        if path is not None:
            return self._workers.run(self._job(artifact, str(path), known(path)))
        with tempfile.NamedTemporaryFile(dir=self._incoming) as copy:
            for piece in self._blobs.stream(artifact.sha256):
                copy.write(piece)
            copy.flush()
            provenance = known(Path(copy.name))
            return self._workers.run(self._job(artifact, copy.name, provenance))

    def _job(self, artifact: Artifact, path: str, provenance: Provenance) -> Job:
        previous, sibling = self._history.both(artifact)
        return Job(
            artifact=artifact,
            path=path,
            now=self._clock(),
            past=Past(previous=previous, sibling=sibling),
            provenance=provenance,
            profiled=True,
            described=True,
        )


def log_verdict(verdict: Verdict) -> None:
    """Count a verdict, and write it into the log of the process."""
    metrics.VERDICTS.labels(verdict.decision.word).inc()
    metrics.EXAMINATION_SECONDS.observe(verdict.seconds)
    _log.info(
        "vetted",
        file=verdict.artifact.name.filename,
        sha256=verdict.artifact.sha256,
        decision=verdict.decision.word,
        headline=one_line(verdict.headline, longest=_LOGGED_CHARACTERS),
        seconds=verdict.seconds,
    )
