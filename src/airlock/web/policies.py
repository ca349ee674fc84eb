"""``/admin/policy``: the policy in force, another one validated, and what it would have decided.

- What is written here is read as a policy file is: what cannot be obeyed is an error, named.
- A dry run judges recorded outcomes anew (``airlock.rejudging``); nothing is recorded.
- What is saved goes into the policy's file, whole, and into the log. A gate judges by it once it is
  started anew; until then the page says so.
"""

import datetime as dt
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock import rejudging
from airlock.checks import CheckSet
from airlock.errors import InvalidPolicy, StoreError
from airlock.gate.index.entrance import require
from airlock.model import Verdict
from airlock.model.access import Action
from airlock.model.log import Event
from airlock.policy import Policy, load_policy
from airlock.policy.suppression import check_ends
from airlock.rejudging import Rejudged
from airlock.store import Records
from airlock.web.administration import admin_page
from airlock.web.posting import submitted

_MOST = 2000
_SHOWN = 100
_DAYS = 30
_DEFAULT = '[policy]\nname = "ours"\n'


class PolicyPages:
    """The page of the policy.

    Args:
        records: of verdicts, and the log.
        policy: in force.
        checks: that the gate asks of each file.
        known: the ids that rules may name.
        file: of the policy; ``None``: the built-in one is in force.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a dry run is made of
        self,
        records: Records,
        policy: Policy,
        checks: CheckSet,
        known: frozenset[str],
        file: Path | None,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._records = records
        self._policy = policy
        self._checks = checks
        self._known = known
        self._file = file
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/admin/policy", self.show),
            Route("/admin/policy", self.act, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the policy."""
        await require(request, Action.ADMIN)
        text = await anyio.to_thread.run_sync(self._read)
        return self._page(request, text)

    def _page(self, request: Request, text: str, code: int = 200, **told: Any) -> Response:
        shown = {"problem": "", "good": "", "run": None, "days": _DAYS} | told
        return admin_page(
            request,
            "admin-policy.html",
            code,
            text=text,
            file=str(self._file) if self._file else "",
            in_force=self._policy.at(self._clock().date()).version,
            most=_MOST,
            shown_most=_SHOWN,
            **shown,
        )

    async def act(self, request: Request) -> Response:
        """Validate what was written, try it on what was judged, or save it."""
        form = await submitted(request)
        principal = await require(request, Action.ADMIN)
        text = form.get("text", "").replace("\r\n", "\n")
        days = _days(form.get("days", ""))
        try:
            policy = self._loaded(text)
        except InvalidPolicy as error:
            return self._page(request, text, 400, problem=str(error), days=days)
        if form.get("what") == "try":
            run = await anyio.to_thread.run_sync(self._tried, policy, days)
            return self._page(request, text, run=run, days=days)
        if form.get("what") == "save":
            await anyio.to_thread.run_sync(self._save, text, principal.label)
            good = "Saved. Gates judge by it once they are started anew."
            return self._page(request, text, good=good, days=days)
        good = f"It can be obeyed: {policy.name}, version {policy.version.version}."
        return self._page(request, text, good=good, days=days)

    def _loaded(self, text: str) -> Policy:
        policy = load_policy(text, origin="the text", known_checks=self._known)
        check_ends(policy.suppress, self._clock().date())
        return policy

    def _tried(self, policy: Policy, days: int) -> Rejudged:
        now = self._clock()
        verdicts = self._verdicts(now - dt.timedelta(days=days))
        return rejudging.rejudge(verdicts, policy, self._checks, now)

    def _verdicts(self, since: dt.datetime) -> Iterator[Verdict]:
        """Yield the newest verdicts on what was judged since, at most ``_MOST``."""
        store = self._records.store
        for standing in store.recent_verdicts(decision=None, limit=_MOST):
            if standing.decided_at < since:
                return
            verdict = store.latest_verdict(standing.sha256)
            if verdict is not None:
                yield verdict

    def _read(self) -> str:
        if self._file is None:
            return _DEFAULT
        try:
            return self._file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{self._file} cannot be read: {error}") from error

    def _save(self, text: str, by: str) -> None:
        if self._file is None:
            raise InvalidPolicy("this gate was started without a policy file (serve --policy)")
        before = _digest(self._read())
        _replace(self._file, text)
        details = {"file": self._file.name, "before": before, "after": _digest(text)}
        self._records.log.record(
            Event(
                kind="policy-saved",
                subject="the policy",
                by=by,
                at=self._clock(),
                details=details,
            )
        )


def _replace(file: Path, text: str) -> None:
    """Write a file at once or not at all."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=file.parent, prefix=f".{file.name}.", delete=False
        ) as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        Path(new.name).chmod(file.stat().st_mode & 0o777)
        Path(new.name).replace(file)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror}") from error


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _days(text: str) -> int:
    usable = text.isascii() and text.isdigit() and len(text) <= len("999")
    return max(int(text), 1) if usable else _DAYS
