"""How far a watch is, for people and for machines."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from airlock.model.watching import LATELY, Backlog, Letter, SourceState, State, Worker
from airlock.report.plain import one_line, printable

_REASON_CHARACTERS = 200


class WatchStatus(NamedTuple):
    """Where everything stands at one moment."""

    at: dt.datetime
    sources: tuple[SourceState, ...]
    backlog: Backlog
    workers: tuple[Worker, ...]
    checks: dict[str, int]
    """The versions of the newest checks that work."""

    @property
    def rate(self) -> float:
        """Artifacts done in a second, lately."""
        return self.backlog.done_lately / LATELY.total_seconds()


def status_document(status: WatchStatus) -> dict[str, Any]:
    """Return the status as JSON has it."""
    backlog = status.backlog
    return {
        "schema": 1,
        "at": status.at.isoformat(),
        "sources": [
            {
                "url": source.url,
                "kind": source.kind,
                "cursor": source.serial,
                "since": source.since.isoformat(),
                "polled": source.polled_at.isoformat() if source.polled_at else None,
                "error": source.error,
            }
            for source in status.sources
        ],
        "backlog": {
            "pages": backlog.pages,
            **backlog.waiting,
            "held": backlog.held,
            "oldest": backlog.oldest.isoformat() if backlog.oldest else None,
        },
        "done": backlog.done,
        "dead": backlog.dead,
        "gone": backlog.gone,
        "per_second": round(status.rate, 3),
        "workers": [
            {
                "id": worker.id,
                "checks": worker.checks,
                "started": worker.started_at.isoformat(),
                "seen": worker.beat_at.isoformat(),
            }
            for worker in status.workers
        ],
    }


def status_text(status: WatchStatus) -> str:
    """Return the status in a few lines."""
    backlog = status.backlog
    lines = [_source_text(source, status.at) for source in status.sources]
    lines = lines or ["Nothing is followed yet: airlock watch begins."]
    waiting = ", ".join(f"{count:,} {stage}" for stage, count in backlog.waiting.items())
    age = f", the oldest for {_ago(status.at, backlog.oldest)}" if backlog.oldest else ""
    lines += [
        f"waiting: {waiting}{age}; {backlog.pages:,} pages to read",
        f"done: {backlog.done:,}, {status.rate:.1f} a second lately",
        f"withdrawn before they were fetched: {backlog.gone:,}",
        f"dead letters: {backlog.dead:,}{_cure(backlog.dead)}",
        f"workers: {len(status.workers)}, working on {backlog.held:,}",
    ]
    return "\n".join(lines)


def _cure(dead: int) -> str:
    return "; airlock watch letters shows them" if dead else ""


def _source_text(source: SourceState, now: dt.datetime) -> str:
    asked = f"asked {_ago(now, source.polled_at)} ago" if source.polled_at else "not asked yet"
    at = f" at {source.serial}" if source.serial else ""
    error = f"; {one_line(source.error, longest=_REASON_CHARACTERS)}" if source.error else ""
    return f"{printable(source.url)} by {source.kind}{at}, {asked}{error}"


def _ago(now: dt.datetime, then: dt.datetime) -> str:
    seconds = max(0, round((now - then).total_seconds()))
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name}"
    return f"{seconds} s"


def letter_text(letter: Letter) -> str:
    """Return a work that failed in one line."""
    reason = one_line(letter.reason, longest=_REASON_CHARACTERS)
    stage = letter.stage.name.lower()
    again = f" (again at {letter.next_at:%Y-%m-%d %H:%M}Z)" if letter.state is State.WAITING else ""
    attempts = f"{letter.attempts} attempt{'s' if letter.attempts > 1 else ''}"
    return f"{letter.id}  {printable(letter.filename)} ({stage}): {attempts}{again}: {reason}"


def letters_document(letters: Iterable[Letter]) -> Sequence[dict[str, Any]]:
    """Return works that failed as JSON has them."""
    return [
        {
            "id": letter.id,
            "stage": letter.stage.name.lower(),
            "state": letter.state.name.lower(),
            "project": str(letter.project),
            "filename": letter.filename,
            "sha256": str(letter.sha256),
            "attempts": letter.attempts,
            "reason": letter.reason,
            "next": letter.next_at.isoformat(),
        }
        for letter in letters
    ]
