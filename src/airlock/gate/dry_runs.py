"""Tries a policy on everything that was judged in a period, in the background of a gate.

- All verdicts are looked at by which something stands, a page at a time; what came of it so far is
  in the store, where every process of the gate shows it.
- One at a time in a process, which rests between pages: installers come first.
- Whoever cancels a run ends it within a second. A run whose process ended makes no progress any
  more, and says so (``ended_with_its_gate``).
"""

import datetime as dt
import secrets
import threading
import time
from collections.abc import Callable

import structlog

from airlock.checks import CheckSet
from airlock.errors import AirlockError, TargetNotFound, UsageError
from airlock.model.policies import DryRun, Progress, RunState
from airlock.model.wire import decode, encode
from airlock.policy import InForce, Policy
from airlock.rejudging import Example, Rejudged, Rejudging
from airlock.store.policies import Judged, Period, Policies

_log = structlog.get_logger("airlock.gate")
_PAGE = 200
_NOTED_SECONDS = 0.5
_ID_BYTES = 6
_SILENT = dt.timedelta(minutes=1)
_UNREADABLE = "what is recorded cannot be read"
LONGEST_DAYS = 999


class DryRuns:
    """Tries policies.

    Args:
        policies: of the store, where runs are kept.
        in_force: the policy by which was judged so far.
        checks: that the gate asks of each file.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        policies: Policies,
        in_force: InForce,
        checks: CheckSet,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._policies = policies
        self._in_force = in_force
        self._checks = checks
        self._clock = clock
        self._turn = threading.Lock()

    def begin(self, text: str, policy: Policy, days: int, by: str) -> str:
        """Begin to try a policy on what was judged in the last days; return the id of the run.

        Raises:
            UsageError: if one is under way here.
        """
        if not self._turn.acquire(blocking=False):
            raise UsageError(
                "another dry run is under way", hint="Wait for its end, or cancel it; see below."
            )
        try:
            now = self._clock()
            period = self._policies.period(now - dt.timedelta(days=days))
            run = DryRun(
                id=secrets.token_hex(_ID_BYTES),
                text=text,
                policy=policy.at(now.date()).version,
                days=days,
                by=by,
                started_at=now,
                state=RunState.RUNNING,
                looked_at=0,
                total=period.number,
                beat_at=now,
                problem="",
                result=encode(Rejudged()),
            )
            self._policies.begin_run(run)
            rejudging = Rejudging(policy, self._in_force.policy, self._checks, now)
            threading.Thread(
                target=self._run, args=(run, rejudging, period), name="dry-run", daemon=True
            ).start()
        except BaseException:
            self._turn.release()
            raise
        return run.id

    def _run(self, run: DryRun, rejudging: Rejudging, period: Period) -> None:
        try:
            self._judge_all(run, rejudging, period)
        except AirlockError as error:
            _log.warning("dry-run-failed", run=run.id, reason=str(error))
            self._note_failure(run, rejudging.found, str(error))
        finally:
            self._turn.release()

    def _note_failure(self, run: DryRun, found: Rejudged, why: str) -> None:
        looked_at = found.judged + found.not_judged
        progress = Progress(RunState.FAILED, looked_at, run.total, self._clock())
        try:
            self._policies.note_run(run.id, progress, encode(found), why)
        except AirlockError:
            # It makes no progress any more, which its page tells.
            return

    def _judge_all(self, run: DryRun, rejudging: Rejudging, period: Period) -> None:
        looked_at, end, noted = 0, period.last + 1, time.monotonic()
        while end > period.first:
            begun, begin = time.monotonic(), max(end - _PAGE, period.first)
            page = self._policies.judged(period, begin=begin, end=end)
            for one in page:
                _judge(one, rejudging)
            looked_at, end = looked_at + len(page), begin
            if begun - noted >= _NOTED_SECONDS:
                noted = begun
                if not self._note(run, rejudging, RunState.RUNNING, looked_at):
                    return
            # As long as it worked, so that it takes at most half of the time of this process.
            time.sleep(min(time.monotonic() - begun, 1.0))
        self._note(run, rejudging, RunState.DONE, looked_at)

    def _note(self, run: DryRun, rejudging: Rejudging, state: RunState, looked_at: int) -> bool:
        progress = Progress(state, looked_at, run.total, self._clock())
        return self._policies.note_run(run.id, progress, encode(rejudging.found))

    def run(self, run_id: str) -> tuple[DryRun, Rejudged]:
        """Return a run, and what came of it so far.

        Raises:
            TargetNotFound: if there is none.
        """
        found = self._policies.run(run_id)
        if found is None:
            raise TargetNotFound("there is no such dry run, or not any more")
        return found, decode(found.result, Rejudged)

    def ended_with_its_gate(self, run: DryRun) -> bool:
        """Tell whether a run makes no progress any more, because its process ended."""
        return run.state is RunState.RUNNING and self._clock() - run.beat_at > _SILENT


def _judge(one: Judged, rejudging: Rejudging) -> None:
    if one.verdict is None:
        rejudging.found.lacks(Example(one.sha256, one.filename, _UNREADABLE))
    else:
        rejudging.take(one.verdict)
