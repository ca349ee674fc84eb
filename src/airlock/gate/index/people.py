"""The routes about people: accounts, teams, roles, tokens, and the log.

=============================================  ==================================================
``GET /api/whoami``                            who asks, and what they may
``GET, POST /api/users``, ``/api/teams``       accounts; only for administrators
``PATCH /api/accounts/{name}``                 out of use or in use, a password; administrators
``PUT, DELETE /api/teams/{team}/members/{u}``  who is in a team; administrators
``GET, PUT, DELETE /api/roles``                roles; owners for what they own
``GET, POST /api/tokens``                      one's own tokens; administrators: all
``DELETE /api/tokens/{id}``                    end a token; one's own, administrators: all
``GET /api/log``                               the log; only for administrators
=============================================  ==================================================

Who asks by a token makes no tokens, but an administrator: a token that leaks does not multiply.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock import accounts
from airlock.errors import Forbidden, TargetNotFound, UsageError
from airlock.gate.index.bodies import answered, body, done
from airlock.gate.index.entrance import known, require
from airlock.model.access import Action, Kind, Principal, Role, Scope
from airlock.model.people import AccountKind, AccountName, Grant, Stamp
from airlock.report.people import (
    account_document,
    entry_document,
    grant_document,
    principal_document,
    token_document,
)
from airlock.store import Records

_DAYS = 90.0
_MOST_ENTRIES = 1000


class _Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    title: str = ""
    password: str | None = None


class _Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    disabled: bool | None = None
    password: str | None = None


class _Grant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    account: str
    role: Role
    scope: str


class _Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    description: str
    actions: list[Action]
    scopes: list[str]
    account: str | None = None
    days: float | None = _DAYS


class PeopleRoutes:
    """What the routes about people do.

    Args:
        records: of people, and the log.
        clock: gives the time in UTC.
    """

    def __init__(self, records: Records, clock: Callable[[], dt.datetime]) -> None:
        self._people = records.people
        self._log = records.log
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/api/whoami", self.whoami),
            Route("/api/users", self.users),
            Route("/api/users", self.add_user, methods=["POST"]),
            Route("/api/teams", self.teams),
            Route("/api/teams", self.add_team, methods=["POST"]),
            Route("/api/accounts/{name}", self.change, methods=["PATCH"]),
            Route("/api/teams/{team}/members", self.members),
            Route("/api/teams/{team}/members/{user}", self.member, methods=["PUT", "DELETE"]),
            Route("/api/roles", self.roles),
            Route("/api/roles", self.role, methods=["PUT", "DELETE"]),
            Route("/api/tokens", self.tokens),
            Route("/api/tokens", self.create_token, methods=["POST"]),
            Route("/api/tokens/{id}", self.revoke_token, methods=["DELETE"]),
            Route("/api/log", self.entries),
        ]

    async def whoami(self, request: Request) -> Response:
        """Tell who asks, and what they may."""
        return JSONResponse(principal_document(await known(request)))

    async def users(self, request: Request) -> Response:
        """List the users."""
        return await self._accounts(request, AccountKind.USER)

    async def teams(self, request: Request) -> Response:
        """List the teams."""
        return await self._accounts(request, AccountKind.TEAM)

    async def _accounts(self, request: Request, kind: AccountKind) -> Response:
        await require(request, Action.ADMIN)
        return await done(
            lambda: [account_document(a) for a in self._people.accounts() if a.kind is kind]
        )

    async def add_user(self, request: Request) -> Response:
        """Add a user."""
        stamp = self._stamp(await require(request, Action.ADMIN))

        def add(asked: _Account) -> dict[str, Any]:
            added = accounts.add_user(
                self._people, asked.name, stamp, title=asked.title, password=asked.password
            )
            return account_document(added)

        return await answered(add, await body(request), _Account, 201)

    async def add_team(self, request: Request) -> Response:
        """Add a team."""
        stamp = self._stamp(await require(request, Action.ADMIN))

        def add(asked: _Account) -> dict[str, Any]:
            if asked.password is not None:
                raise UsageError("a team has no password; give it tokens")
            added = accounts.add_team(self._people, asked.name, stamp, title=asked.title)
            return account_document(added)

        return await answered(add, await body(request), _Account, 201)

    async def change(self, request: Request) -> Response:
        """Put an account out of use or into use, or set a password."""
        stamp = self._stamp(await require(request, Action.ADMIN))

        def change(asked: _Change) -> None:
            name = AccountName(request.path_params["name"])
            if asked.password is not None:
                accounts.set_password(self._people, name, asked.password, stamp)
            if asked.disabled is not None:
                self._people.set_disabled(name, stamp, disabled=asked.disabled)

        return await answered(change, await body(request), _Change, 200)

    async def members(self, request: Request) -> Response:
        """List who is in a team."""
        await require(request, Action.ADMIN)
        team = request.path_params["team"]
        return await done(lambda: [str(n) for n in self._people.members(AccountName(team))])

    async def member(self, request: Request) -> Response:
        """Put a user into a team, or out of it."""
        stamp = self._stamp(await require(request, Action.ADMIN))
        told, joins = request.path_params, request.method == "PUT"

        def change() -> None:
            team, user = AccountName(told["team"]), AccountName(told["user"])
            self._people.set_member(team, user, stamp, member=joins)

        return await done(change)

    async def roles(self, request: Request) -> Response:
        """List the roles that whoever asks may give."""
        principal = await known(request)
        return await done(
            lambda: [
                grant_document(grant)
                for grant in self._people.grants()
                if accounts.may_grant(principal, grant.role, grant.scope)
            ]
        )

    async def role(self, request: Request) -> Response:
        """Give a role, or take it away."""
        principal = await known(request)
        granted = request.method == "PUT"

        def change(asked: _Grant) -> dict[str, Any]:
            grant = Grant(
                account=AccountName(asked.account), role=asked.role, scope=Scope(asked.scope)
            )
            if not accounts.may_grant(principal, grant.role, grant.scope):
                raise Forbidden(
                    f"{principal.label} may not make anybody {grant.role} of {grant.scope}"
                )
            stamp = self._stamp(principal)
            changed = accounts.set_role(self._people, grant, stamp, granted=granted)
            return grant_document(grant) | {"changed": changed}

        return await answered(change, await body(request), _Grant, 200)

    async def tokens(self, request: Request) -> Response:
        """List one's own tokens, or for administrators all."""
        principal = await known(request)
        own = None if principal.may(Action.ADMIN) else _own_name(principal)
        return await done(lambda: [token_document(t) for t in self._people.tokens(own)])

    async def create_token(self, request: Request) -> Response:
        """Make a token; its text is in this answer, and never again."""
        principal = await known(request)

        def create(asked: _Token) -> dict[str, Any]:
            made = accounts.create_token(
                self._people,
                _owner_of_new(principal, asked.account),
                self._stamp(principal),
                description=asked.description,
                actions=asked.actions,
                scopes=[Scope(scope) for scope in asked.scopes],
                days=asked.days,
            )
            return token_document(made.token) | {"token": made.text}

        answer = await answered(create, await body(request), _Token, 201)
        answer.headers["cache-control"] = "no-store"
        return answer

    async def revoke_token(self, request: Request) -> Response:
        """End a token."""
        principal = await known(request)
        token_id = request.path_params["id"]

        def revoke() -> None:
            stored = self._people.token(token_id)
            mine = stored is not None and _own(principal, stored.token.account)
            if not mine and not principal.may(Action.ADMIN):
                # Whether there is such a token is nobody else's affair.
                raise TargetNotFound(f"{principal.label} has no token {token_id[:80]}")
            self._people.revoke_token(token_id, self._stamp(principal))

        return await done(revoke)

    async def entries(self, request: Request) -> Response:
        """Return the entries of the log that follow a number."""
        await require(request, Action.ADMIN)

        def read() -> dict[str, Any]:
            after, limit = (
                _number(request, "after", 0),
                _number(request, "limit", 100),
            )
            found = self._log.entries(after, min(limit, _MOST_ENTRIES))
            head = self._log.head()
            entries = [entry_document(entry) for entry in found]
            return {"head": str(head) if head else None, "entries": entries}

        return await done(read)

    def _stamp(self, principal: Principal) -> Stamp:
        return Stamp(principal.label, self._clock())


def _own(principal: Principal, account: AccountName | None) -> bool:
    return principal.kind in {Kind.USER, Kind.TEAM} and principal.name == account


def _own_name(principal: Principal) -> AccountName:
    if principal.kind not in {Kind.USER, Kind.TEAM}:
        raise Forbidden(f"{principal.label} has no tokens")
    return AccountName(principal.name)


def _owner_of_new(principal: Principal, asked: str | None) -> AccountName:
    """Return whose a new token becomes; its maker's, or anybody's if an administrator makes it."""
    if principal.may(Action.ADMIN):
        if asked is None and principal.kind is Kind.OPERATOR:
            raise UsageError("whose token is it to be?", hint='Give an "account".')
        return AccountName(asked or principal.name)
    if principal.token:
        raise Forbidden("by a token no token is made; come with your password")
    if principal.limits is not None:
        raise Forbidden("without a second factor no token is made here; add one to your account")
    own = _own_name(principal)
    if asked is not None and AccountName(asked) != own:
        raise Forbidden(f"{principal.label} makes no tokens for others")
    return own


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= len("999999999999")):
        raise UsageError(f"{name} is a number from 0, not {text[:80]!r}")
    return int(text)
