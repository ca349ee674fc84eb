"""One examination at work, seen from the parent.

A child that breaks the protocol runs code that is not ours: nothing that it says is clean any more.
What it says against the artifact is kept.
"""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

import msgspec

from airlock.archive import offered_metadata
from airlock.checks import Check
from airlock.errors import MalformedDocument
from airlock.model import Outcome, Status, wire
from airlock.profiles import LARGEST_BYTES, Profile
from airlock.workers.interface import (
    DONE,
    END,
    LARGEST_MEMBER_BYTES,
    LARGEST_MESSAGE_BYTES,
    LONGEST_TROUBLE,
    Examination,
    Job,
    Message,
)

if TYPE_CHECKING:
    from airlock.profiles import Contrast

# Between the end of a pipe and the end of its process lie milliseconds.
_GRACE_SECONDS = 0.5
_PIECE_BYTES = 1 << 16
# Of a message around a profile.
_ENVELOPE_BYTES = 1_000
_PIECES_AT_ONCE = 64
# What fits in without anybody listening; the kernel gives as much to everyone (``pipe(7)``).
_PIPE_BYTES = 1 << 20
# A pipe is full with half of its bytes, at worst: a page takes no message that it has no room for.
_OF_A_FULL_PIPE = 4


class Running:
    """The process of one examination, and what it sent.

    Args:
        job: what it examines.
        process: that was started.
        pipe: to read from.
        deadline: by ``time.monotonic()``.
        checks: of which an outcome each is expected, by id, in their order.
    """

    def __init__(
        self,
        job: Job,
        process: BaseProcess,
        pipe: Connection,
        deadline: float,
        checks: Mapping[str, Check],
    ) -> None:
        self.pipe = pipe
        self.deadline = deadline
        self.ended = False
        self._job = job
        self._process = process
        self._checks = checks
        self._started = time.monotonic()
        self._received = bytearray()
        self._outcomes: dict[str, Outcome] = {}
        self._profile: Profile | None = None
        self._contrast: Contrast | None = None
        self._core_metadata: bytes | None = None
        self._member: bytes | None = None
        self._trouble = ""
        self._believed = True
        self._talks = False
        # A half-sent message must not make anybody wait for its rest.
        os.set_blocking(pipe.fileno(), False)
        with contextlib.suppress(OSError):
            # Who has many pipes open already gets no more than the least: then we listen more.
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        self._much = fcntl.fcntl(pipe.fileno(), fcntl.F_GETPIPE_SZ) // _OF_A_FULL_PIPE

    @property
    def sentinel(self) -> int:
        """A descriptor that can be read from as soon as the process has ended."""
        return self._process.sentinel

    @property
    def awaited(self) -> list[int | Connection]:
        """What is to be waited for: the end, and the next message of who sends much."""
        return [self.sentinel, self.pipe] if self._talks else [self.sentinel]

    def receive(self) -> None:
        """Take what the child has sent until now."""
        self._talks = False
        try:
            for message in self._messages():
                self._take(message)
                if self.ended:
                    return
        except EOFError:
            self._lost()
        except (OSError, MalformedDocument) as error:
            self._disbelieve(f"something that is no outcome: {error}")

    def _messages(self) -> Iterator[bytes]:
        """Yield whole messages until nothing more is to be had for now, or others have a turn.

        Raises:
            EOFError: if nothing will come any more.
            MalformedDocument: if a message is too long.
        """
        read = 0
        for _ in range(_PIECES_AT_ONCE):
            try:
                piece = os.read(self.pipe.fileno(), _PIECE_BYTES)
            except BlockingIOError:
                return
            if not piece:
                raise EOFError
            read += len(piece)
            self._talks = read >= self._much
            *whole, rest = piece.split(END)
            for part in whole:
                yield bytes(self._received + part)
                self._received.clear()
            self._received += rest
            if len(self._received) > LARGEST_MESSAGE_BYTES:
                raise MalformedDocument("a message is too long")

    def _take(self, data: bytes) -> None:
        if data == DONE:
            self.ended = True
            return
        message = wire.decode(data, Message)
        if message.trouble:
            self._trouble = message.trouble[:LONGEST_TROUBLE]
        if message.outcome is not None:
            self._keep(message.outcome)
        if message.profile is not None:
            self._keep_profile(message.profile, len(data))
        if message.core_metadata is not None:
            self._keep_core_metadata(message.core_metadata)
        if message.contrast is not None:
            self._contrast = message.contrast
        if message.member is not None:
            self._member = message.member[:LARGEST_MEMBER_BYTES]

    def _keep(self, outcome: Outcome) -> None:
        check = self._checks.get(outcome.check)
        known = self._outcomes.get(outcome.check)
        if check is None:
            self._disbelieve("the outcome of a check that was not asked")
        elif known is not None:
            both = known.findings + outcome.findings
            self._outcomes[outcome.check] = msgspec.structs.replace(known, findings=both)
            self._disbelieve(f"two outcomes of {outcome.check}")
        elif outcome.version != check.version or _signed_by_another(outcome):
            self._outcomes[outcome.check] = msgspec.structs.replace(outcome, version=check.version)
            self._disbelieve(f"the outcome of another {outcome.check} than was asked")
        else:
            self._outcomes[outcome.check] = outcome

    def _keep_profile(self, profile: Profile, size: int) -> None:
        artifact = self._job.artifact
        if (profile.sha256, profile.name) != (artifact.sha256, artifact.name):
            self._disbelieve("the profile of another artifact")
        elif size <= LARGEST_BYTES + _ENVELOPE_BYTES:
            self._profile = profile

    def _keep_core_metadata(self, data: bytes) -> None:
        if len(data) <= offered_metadata.LARGEST_BYTES:
            self._core_metadata = data

    def _disbelieve(self, what: str) -> None:
        self._trouble = f"the process of the examination sent {what}"
        self._believed = False
        self.ended = True

    def _lost(self) -> None:
        self._process.join(_GRACE_SECONDS)
        how = _described(self._process.exitcode)
        self._trouble = self._trouble or f"the process of the examination {how}"
        self.ended = True

    def watch(self) -> None:
        """End the examination if its process is gone or its time is up."""
        if not self.ended and not self._process.is_alive():
            # Its end of the pipe may be open still, in a process that it started.
            self.receive()
            if not self.ended:
                self._lost()
        if not self.ended and time.monotonic() >= self.deadline:
            self._trouble = "the examination took longer than its limit and was stopped"
            self.ended = True

    def stop(self) -> None:
        """Leave no process behind."""
        pid = self._process.pid
        if pid is not None:
            # Its group outlives it if it started processes.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self.pipe.close()

    def examination(self) -> Examination:
        """Return how it ended: an outcome for every check."""
        return Examination(
            job=self._job,
            outcomes=tuple(self._outcome(check) for check in self._checks.values()),
            seconds=time.monotonic() - self._started,
            profile=self._profile if self._believed else None,
            contrast=self._contrast if self._believed else None,
            core_metadata=self._core_metadata if self._believed else None,
            member=self._member if self._believed else None,
        )

    def _outcome(self, check: Check) -> Outcome:
        sent = self._outcomes.get(check.id)
        if sent is not None and self._believed:
            return sent
        return Outcome(
            check=check.id,
            version=check.version,
            status=Status.FAILED,
            reason=self._trouble or "the examination ended without an outcome",
            findings=sent.findings if sent is not None else (),
        )


def _signed_by_another(outcome: Outcome) -> bool:
    return any(finding.check != outcome.check for finding in outcome.findings)


def _described(exit_code: int | None) -> str:
    if exit_code is None:
        return "closed its pipe and went on"
    if exit_code >= 0:
        return f"exited with {exit_code}"
    if -exit_code == signal.SIGXCPU:
        return "used up its processor time"
    return f"was killed by signal {-exit_code} ({signal.strsignal(-exit_code) or 'unknown'})"
