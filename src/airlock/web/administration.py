"""``/admin``: users, teams, roles and tokens. Each page asks for ``Action.ADMIN``."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock import accounts
from airlock.errors import UsageError
from airlock.gate.index.entrance import require
from airlock.model.access import Action, Principal, Role, Scope
from airlock.model.people import Account, AccountKind, AccountName, Grant, Stamp
from airlock.store import Records
from airlock.web.answering import page
from airlock.web.posting import see, submitted

_SHOWN = 50
TABS = (
    ("People", "/admin"),
    ("Tokens", "/admin/tokens"),
    ("Names", "/admin/names"),
    ("Upstreams", "/admin/upstreams"),
    ("Policy", "/admin/policy"),
    ("Trust", "/admin/trust"),
    ("Workers", "/admin/workers"),
    ("Mail", "/admin/mail"),
    ("Log", "/admin/log"),
)
"""Of every page of administration."""


def admin_page(request: Request, template: str, code: int = 200, **values: Any) -> Response:
    """Return a page of administration, with the way to the others."""
    here = request.url.path
    tabs = [(title, path, here == path or _is_below(here, path)) for title, path in TABS]
    return page(request, template, code, tabs=tabs, **values)


def _is_below(here: str, path: str) -> bool:
    # Everything is below "/admin"; users have pages of their own there.
    return here.startswith("/admin/users/" if path == "/admin" else f"{path}/")


class AdministrationPages:
    """Pages about people and their tokens.

    Args:
        records: of them.
        clock: gives the time in UTC.
    """

    def __init__(self, records: Records, clock: Callable[[], dt.datetime]) -> None:
        self._people = records.people
        self._sessions = records.sessions
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/admin", self.people),
            Route("/admin", self.change_people, methods=["POST"]),
            Route("/admin/tokens", self.tokens),
            Route("/admin/tokens/{id}/revoke", self.revoke, methods=["POST"]),
        ]

    async def people(self, request: Request) -> Response:
        """Show users, teams and roles."""
        await require(request, Action.ADMIN)
        return await self._people_page(request)

    async def _people_page(self, request: Request, code: int = 200, problem: str = "") -> Response:
        sought = request.query_params.get("q", "").strip().lower()
        values = await anyio.to_thread.run_sync(self._values, sought)
        return admin_page(
            request, "admin-people.html", code, problem=problem, sought=sought, **values
        )

    def _values(self, sought: str) -> dict[str, Any]:
        """Return what the page shows: of each list the first ``_SHOWN`` that are sought."""
        known = [one for one in self._people.accounts() if _is_sought(one, sought)]
        users = [one for one in known if one.kind is AccountKind.USER]
        teams = [one for one in known if one.kind is AccountKind.TEAM]
        grants = [one for one in self._people.grants() if sought in f"{one.account} {one.scope}"]
        shown = (users, teams, grants)
        return {
            "users": users[:_SHOWN],
            "teams": [(one, self._people.members(one.name)) for one in teams[:_SHOWN]],
            "grants": grants[:_SHOWN],
            "more": any(len(each) > _SHOWN for each in shown),
            "shown_most": _SHOWN,
            "roles": [role.value for role in Role],
            "second": self._sessions.with_factors(),
        }

    async def change_people(self, request: Request) -> Response:
        """Do one of the things that the forms of the page ask for."""
        form = await submitted(request)
        principal = await require(request, Action.ADMIN)
        stamp = Stamp(principal.label, self._clock())
        act = _CHANGES.get(form.get("what", ""))
        if act is None:
            return await self._people_page(request, 400, "that is no form of this page")
        try:
            _require_another_administrator(form, principal)
            await anyio.to_thread.run_sync(act, self._people, form, stamp)
        except UsageError as error:
            return await self._people_page(request, 400, error.in_full)
        return see("/admin")

    async def tokens(self, request: Request) -> Response:
        """Show every token."""
        await require(request, Action.ADMIN)
        found = await anyio.to_thread.run_sync(self._people.tokens)
        return admin_page(request, "admin-tokens.html", tokens=found, now=self._clock())

    async def revoke(self, request: Request) -> Response:
        """End a token."""
        await submitted(request)
        principal = await require(request, Action.ADMIN)
        stamp = Stamp(principal.label, self._clock())
        token_id = request.path_params["id"]
        await anyio.to_thread.run_sync(self._people.revoke_token, token_id, stamp)
        return see("/admin/tokens")


def _require_another_administrator(form: Mapping[str, str], principal: Principal) -> None:
    """Raise ``UsageError`` if somebody would lock themselves out."""
    itself = principal.name and principal.name in {form.get("name"), form.get("account")}
    puts_out = form.get("what") == "disable" and form.get("disabled") == "yes"
    takes = form.get("what") == "role" and form.get("granted") == "no"
    if itself and (puts_out or (takes and form.get("role") == Role.ADMIN)):
        raise UsageError(
            "nobody takes their own administration away", hint="Ask another administrator."
        )


def _is_sought(account: Account, sought: str) -> bool:
    return sought in account.name or sought in account.title.lower()


def _add_account(people: Any, form: Mapping[str, str], stamp: Stamp) -> None:
    title = form.get("title", "").strip()
    if form.get("kind") == AccountKind.TEAM:
        accounts.add_team(people, form.get("name", ""), stamp, title=title)
        return
    password = form.get("password") or None
    accounts.add_user(people, form.get("name", ""), stamp, title=title, password=password)


def _disable(people: Any, form: Mapping[str, str], stamp: Stamp) -> None:
    name = AccountName(form.get("name", ""))
    people.set_disabled(name, stamp, disabled=form.get("disabled") == "yes")


def _member(people: Any, form: Mapping[str, str], stamp: Stamp) -> None:
    team, user = AccountName(form.get("team", "")), AccountName(form.get("user", ""))
    people.set_member(team, user, stamp, member=form.get("member") == "yes")


def _role(people: Any, form: Mapping[str, str], stamp: Stamp) -> None:
    try:
        role = Role(form.get("role", ""))
    except ValueError as error:
        raise UsageError("that is no role") from error
    scope = Scope(form.get("scope", "").strip())
    grant = Grant(account=AccountName(form.get("account", "")), role=role, scope=scope)
    accounts.set_role(people, grant, stamp, granted=form.get("granted") == "yes")


_CHANGES: dict[str, Callable[[Any, Mapping[str, str], Stamp], None]] = {
    "account": _add_account,
    "disable": _disable,
    "member": _member,
    "role": _role,
}
