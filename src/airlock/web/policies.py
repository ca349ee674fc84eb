"""``/admin/policy``: the policy in force, and another one written, tried and saved.

- What is written here is read as a policy file is: what cannot be obeyed is an error, named.
- What is saved comes into force in every process that shares the store, within two seconds, and
  goes into the log. Who wrote it while somebody else saved another sees that first.
- None is lost: those before are at ``/admin/policy/history`` (``web.revisions``), dry runs at
  ``/admin/policy/runs`` (``web.dry_runs``).
"""

import datetime as dt
import difflib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import InvalidPolicy, Outdated, UsageError
from airlock.gate.dry_runs import LONGEST_DAYS, DryRuns
from airlock.gate.index.entrance import require
from airlock.model.access import Action
from airlock.model.policies import LONGEST_TEXT, Draft, Revision, Source
from airlock.policy import InForce, Policy
from airlock.report.frame import Line
from airlock.report.frame.highlighting import difference
from airlock.store.policies import Policies
from airlock.web.administration import admin_page
from airlock.web.posting import see, submitted

_DAYS = 30
_DEFAULT = '[policy]\nname = "ours"\n'
_RUNS = 5
_LONGEST_NUMBER = 9


class Sources(NamedTuple):
    """What the pages of the policy are made of."""

    policies: Policies
    in_force: InForce
    read: Callable[[str], Policy]
    """Makes a policy of a text, or says why that cannot be."""
    own: str | None
    """The text of the policy that the gate was started with; ``None``: the built-in one."""
    follows: bool
    """Whether what is saved comes into force here."""
    runs: DryRuns
    clock: Callable[[], dt.datetime]


class _Written(NamedTuple):
    """What somebody wrote in the form."""

    text: str
    base: int
    """The number of the revision that they saw in force."""
    reason: str
    days: int

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "_Written":
        return cls(
            form.get("text", "").replace("\r\n", "\n")[: LONGEST_TEXT + 1],
            number_of(form.get("base", "")),
            form.get("reason", "").strip(),
            max(min(number_of(form.get("days", "")), LONGEST_DAYS), 1)
            if form.get("days")
            else _DAYS,
        )


class PolicyPages:
    """The pages of the policy.

    Args:
        sources: what is asked.
    """

    def __init__(self, sources: Sources) -> None:
        self._ask = sources
        self._policies = sources.policies

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/admin/policy", self.show),
            Route("/admin/policy", self.act, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the policy in force."""
        await require(request, Action.ADMIN)
        newest = await anyio.to_thread.run_sync(self._newest)
        text = newest.text if newest else self._ask.own or _DEFAULT
        written = _Written(text, newest.number if newest else 0, "", _DAYS)
        good = "Saved: every process of the gate goes by it within two seconds."
        saved = request.query_params.get("saved") == str(written.base) and bool(written.base)
        return await self._page(request, written, newest, good=good if saved else "")

    async def _page(
        self,
        request: Request,
        written: _Written,
        newest: Revision | None,
        code: int = 200,
        **told: Any,
    ) -> Response:
        shown: dict[str, Any] = {"wrong": {}, "good": "", "compared": None, "meanwhile": None}
        runs = await anyio.to_thread.run_sync(self._policies.runs, _RUNS)
        return admin_page(
            request,
            "admin-policy.html",
            code,
            written=written,
            newest=newest,
            in_force=self._ask.in_force.last.at(self._ask.clock().date()).version,
            trouble=await anyio.to_thread.run_sync(lambda: self._ask.in_force.trouble),
            follows=self._ask.follows,
            built_in=self._ask.own is None,
            runs=[(run, self._ask.runs.ended_with_its_gate(run)) for run in runs],
            **(shown | told),
        )

    async def act(self, request: Request) -> Response:
        """Compare what was written with what is in force, try it, or put it in force."""
        form = await submitted(request)
        principal = await require(request, Action.ADMIN)
        written, what = _Written.of(form), form.get("what", "")
        newest = await anyio.to_thread.run_sync(self._newest)
        try:
            policy = await anyio.to_thread.run_sync(self._ask.read, written.text)
        except InvalidPolicy as error:
            wrong = {"text": f"{error}. {error.hint}".strip()}
            return await self._page(request, written, newest, 400, wrong=wrong)
        if what == "try":
            return await self._try(request, written, newest, policy, principal.label)
        if what == "save":
            return await self._save(request, written, newest, policy, principal.label)
        return await self._compared(request, written, newest, policy)

    async def _compared(
        self,
        request: Request,
        written: _Written,
        newest: Revision | None,
        policy: Policy,
        code: int = 200,
        **told: Any,
    ) -> Response:
        """Show how what was written differs from what is in force, and the way to save it."""
        lines = compared(self._text_of(newest), written.text)
        return await self._page(
            request,
            written,
            newest,
            code,
            compared=lines,
            tried=policy.at(self._ask.clock().date()).version,
            **told,
        )

    async def _try(
        self,
        request: Request,
        written: _Written,
        newest: Revision | None,
        policy: Policy,
        by: str,
    ) -> Response:
        try:
            run = await anyio.to_thread.run_sync(
                self._ask.runs.begin, written.text, policy, written.days, by
            )
        except UsageError as error:
            wrong = {"days": f"{error}. {error.hint}"}
            return await self._page(request, written, newest, 409, wrong=wrong)
        return see(f"/admin/policy/runs/{run}")

    async def _save(
        self,
        request: Request,
        written: _Written,
        newest: Revision | None,
        policy: Policy,
        by: str,
    ) -> Response:
        try:
            draft = drafted(written.text, policy, by, written.reason, self._ask.clock())
            await anyio.to_thread.run_sync(put_in_force, self._ask, draft, written.base)
        except Outdated:
            return await self._overtaken(request, written, policy)
        except UsageError as error:
            wrong = {"reason": f"{error}. {error.hint}".strip()}
            return await self._compared(request, written, newest, policy, 400, wrong=wrong)
        return see(f"/admin/policy?saved={written.base + 1}")

    async def _overtaken(self, request: Request, written: _Written, policy: Policy) -> Response:
        """Show what somebody else put in force meanwhile; whoever saves then has seen it."""
        newest = await anyio.to_thread.run_sync(self._newest)
        before = await anyio.to_thread.run_sync(self._policies.revision, written.base)
        meanwhile = compared(self._text_of(before), self._text_of(newest))
        now = written._replace(base=newest.number if newest else 0)
        return await self._compared(request, now, newest, policy, 409, meanwhile=meanwhile)

    def _newest(self) -> Revision | None:
        number = self._policies.newest_number()
        return self._policies.revision(number) if number else None

    def _text_of(self, revision: Revision | None) -> str:
        return revision.text if revision else self._ask.own or ""


def drafted(  # noqa: PLR0913 - a revision is made of that many parts
    text: str,
    policy: Policy,
    by: str,
    reason: str,
    at: dt.datetime,
    *,
    source: Source = Source.PEOPLE,
    restores: int = 0,
) -> Draft:
    """Return what is to be in force.

    Args:
        text: of the policy.
        policy: that was read from it.
        by: who wants it.
        reason: why.
        at: now, in UTC.
        source: where it came from.
        restores: the number of the revision that comes back; 0: none does.

    Raises:
        UsageError: if nobody says why.
    """
    version = policy.at(at.date()).version
    return Draft(
        text=text, policy=version, source=source, by=by, reason=reason, at=at, restores=restores
    )


def put_in_force(sources: Sources, draft: Draft, after: int) -> None:
    """Put a policy in force, in this process at once; the others ask for themselves.

    Raises:
        Outdated: if another revision than ``after`` is in force by now.
        UsageError: if this process goes by its own.
    """
    if not sources.follows:
        raise UsageError("this process goes by the policy that it was started with")
    sources.policies.save(draft, after=after)
    sources.in_force.look()


def compared(before: str, after: str) -> list[Line]:
    """Return how a text differs from the one before; nothing if it does not."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    return difference("\n".join(list(lines)[2:]))


def number_of(text: str) -> int:
    """Return the number that somebody gave; 0 if it is none."""
    usable = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if usable else 0
