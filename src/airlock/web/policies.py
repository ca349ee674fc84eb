"""``/admin/policy``: the policy in force, and another one written, tried and saved.

- What is written here is read as a policy file is: what cannot be obeyed is an error, named.
- What is saved comes into force in every process that shares the store, within two seconds, and
  goes into the log. Who wrote it while somebody else saved another sees that first.
- What lets one person do what needs two waits for a second one (``gate.policy_changes``).
- None is lost: those before are at ``/admin/policy/history`` (``web.revisions``), dry runs at
  ``/admin/policy/runs`` (``web.dry_runs``).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import Forbidden, InvalidPolicy, Outdated, UsageError
from airlock.gate.dry_runs import LONGEST_DAYS, DryRuns
from airlock.gate.index.asking import principal_of
from airlock.gate.index.entrance import require
from airlock.gate.policy_changes import PolicyChanges
from airlock.model.access import Action, Principal
from airlock.model.policies import LONGEST_TEXT, Proposal, Revision
from airlock.policy import InForce, Policy
from airlock.store.policies import Policies
from airlock.web.administration import admin_page
from airlock.web.drafting import compared, drafted, put_at
from airlock.web.policy_proposals import waiting_for
from airlock.web.posting import see, submitted
from airlock.web.reading import given_number

_DAYS = 30
_DEFAULT = '[policy]\nname = "ours"\n'
_RUNS = 5
_TOLD = {
    "saved": "Saved: every process of the gate goes by it within two seconds.",
    "proposed": "Proposed: nothing changes before a second administrator has agreed.",
    "withdrawn": "Withdrawn: what is in force stays.",
}


class Sources(NamedTuple):
    """What the pages of the policy are made of."""

    policies: Policies
    in_force: InForce
    read: Callable[[str], Policy]
    """Makes a policy of a text, or says why that cannot be."""
    own: str | None
    """The text of the policy that the gate was started with; ``None``: the built-in one."""
    changes: PolicyChanges
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
            given_number(form.get("base", ""), 0),
            form.get("reason", "").strip(),
            max(min(given_number(form.get("days", ""), 0), LONGEST_DAYS), 1)
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
        written = self._own(newest)
        given = request.query_params
        saved = given.get("saved") == str(written.base) and bool(written.base)
        good = _TOLD["saved"] if saved else _TOLD.get(given.get("told", ""), "")
        return await self._page(request, written, newest, good=good)

    async def refused(self, request: Request, code: int, problem: str) -> Response:
        """Show the policy in force, and why something else did not come of it."""
        newest = await anyio.to_thread.run_sync(self._newest)
        return await self._page(request, self._own(newest), newest, code, problem=problem)

    def _own(self, newest: Revision | None) -> _Written:
        text = newest.text if newest else self._ask.own or _DEFAULT
        return _Written(text, newest.number if newest else 0, "", _DAYS)

    async def _page(
        self,
        request: Request,
        written: _Written,
        newest: Revision | None,
        code: int = 200,
        **told: Any,
    ) -> Response:
        shown: dict[str, Any] = {
            "wrong": {},
            "good": "",
            "compared": None,
            "meanwhile": None,
            "weakens": False,
            "problem": "",
            **await anyio.to_thread.run_sync(self._waits, principal_of(request.scope), newest),
        }
        runs = await anyio.to_thread.run_sync(self._policies.runs, _RUNS)
        return admin_page(
            request,
            "admin-policy.html",
            code,
            written=written,
            newest=newest,
            in_force=self._ask.in_force.last.at(self._ask.clock().date()).version,
            trouble=await anyio.to_thread.run_sync(lambda: self._ask.in_force.trouble),
            follows=self._ask.changes.follows,
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
            wrong = {"text": error.in_full}
            return await self._page(request, written, newest, 400, wrong=wrong)
        if what == "try":
            return await self._try(request, written, newest, policy, principal.label)
        if what == "save":
            return await self._save(request, written, newest, policy, principal)
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
        number = newest.number if newest else 0
        weakens = await anyio.to_thread.run_sync(self._ask.changes.weakens, written.text, number)
        return await self._page(
            request,
            written,
            newest,
            code,
            compared=lines,
            weakens=weakens,
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
            wrong = {"days": error.in_full}
            return await self._page(request, written, newest, 409, wrong=wrong)
        return see(f"/admin/policy/runs/{run}")

    async def _save(
        self,
        request: Request,
        written: _Written,
        newest: Revision | None,
        policy: Policy,
        by: Principal,
    ) -> Response:
        try:
            draft = drafted(written.text, policy, by.label, written.reason, self._ask.clock())
            put = await anyio.to_thread.run_sync(self._ask.changes.put, draft, written.base, by)
        except Outdated as error:
            return await self._overtaken(request, written, policy, error)
        except (Forbidden, UsageError) as error:
            wrong = {"reason": error.in_full}
            return await self._compared(request, written, newest, policy, 400, wrong=wrong)
        return see(put_at(put))

    async def _overtaken(
        self, request: Request, written: _Written, policy: Policy, error: Outdated
    ) -> Response:
        """Show what somebody else put in force meanwhile; whoever saves then has seen it."""
        newest = await anyio.to_thread.run_sync(self._newest)
        if written.base == (newest.number if newest else 0):
            # Nobody did: another one waits for a second person.
            wrong = {"reason": error.in_full}
            return await self._compared(request, written, newest, policy, 409, wrong=wrong)
        before = await anyio.to_thread.run_sync(self._policies.revision, written.base)
        meanwhile = compared(self._text_of(before), self._text_of(newest))
        now = written._replace(base=newest.number if newest else 0)
        return await self._compared(request, now, newest, policy, 409, meanwhile=meanwhile)

    def _waits(self, by: Principal, newest: Revision | None) -> dict[str, Any]:
        waits = waiting_for(self._ask.changes, by)
        found: Proposal | None = waits["proposal"]
        return waits | {
            "proposed": compared(self._text_of(newest), found.draft.text) if found else [],
            "late": found is not None and found.base != (newest.number if newest else 0),
        }

    def _newest(self) -> Revision | None:
        number = self._policies.newest_number()
        return self._policies.revision(number) if number else None

    def _text_of(self, revision: Revision | None) -> str:
        return revision.text if revision else self._ask.own or ""
