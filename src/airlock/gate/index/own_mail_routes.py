"""The routes about the mail that one gets oneself; the page of it is ``/account/mail``.

===============================  =================================================================
``GET /api/account/mail``        the address, whether it is confirmed, and what is told there
``PUT /api/account/mail``        ``{"address"}``: a code is sent there, which confirms it
``POST …/mail/confirm``          ``{"code"}``
``PATCH /api/account/mail``      ``{"kinds": […]}``: what is told
``DELETE /api/account/mail``     send nothing more
===============================  =================================================================

Who asks by a token sets no address: a token that leaks leads nobody's mail elsewhere.
"""

import math
from typing import Any

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock.errors import Forbidden, TooManyAttempts, UsageError
from airlock.gate.index.bodies import answered, body, done
from airlock.gate.index.entrance import known
from airlock.gate.mail.own import OwnMail
from airlock.model.access import Kind, Principal
from airlock.model.mail import CHOICES, MailWishes, Notice
from airlock.model.people import AccountName


class _Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    address: str


class _Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str


class _Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kinds: list[Notice]


class OwnMailRoutes:
    """What the routes about one's own mail do.

    Args:
        own: knows and changes it.
    """

    def __init__(self, own: OwnMail) -> None:
        self._own = own

    def routes(self) -> list[Route]:
        """Return the routes."""
        base = "/api/account/mail"
        return [
            Route(base, self.show),
            Route(base, self.set_address, methods=["PUT"]),
            Route(base, self.choose, methods=["PATCH"]),
            Route(base, self.forget, methods=["DELETE"]),
            Route(f"{base}/confirm", self.confirm, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Tell which mail somebody gets."""
        account = _account(await known(request))
        return await done(lambda: self._document(account))

    async def set_address(self, request: Request) -> Response:
        """Set an address, and send the code that confirms it."""
        account = _account(await known(request), changes_address=True)

        def act(asked: _Address) -> dict[str, Any]:
            self._own.set_address(account, asked.address)
            return self._document(account)

        try:
            return await answered(act, await body(request), _Address, 200)
        except TooManyAttempts as error:
            headers = {"retry-after": str(math.ceil(error.retry_after))}
            return JSONResponse({"error": str(error), "hint": ""}, 429, headers=headers)

    async def confirm(self, request: Request) -> Response:
        """Confirm the address by its code."""
        account = _account(await known(request), changes_address=True)

        def act(asked: _Code) -> dict[str, Any]:
            self._own.confirm(account, asked.code)
            return self._document(account)

        return await answered(act, await body(request), _Code, 200)

    async def choose(self, request: Request) -> Response:
        """Set which mail somebody gets."""
        account = _account(await known(request))

        def act(asked: _Kinds) -> dict[str, Any]:
            if self._own.wishes(account) is None:
                raise UsageError("give an address first")
            self._own.choose(account, frozenset(asked.kinds))
            return self._document(account)

        return await answered(act, await body(request), _Kinds, 200)

    async def forget(self, request: Request) -> Response:
        """Send nothing more."""
        account = _account(await known(request))
        await anyio.to_thread.run_sync(self._own.forget, account)
        return Response(status_code=204)

    def _document(self, account: AccountName) -> dict[str, Any]:
        wishes: MailWishes | None = self._own.wishes(account)
        confirmed = wishes.confirmed_at if wishes else None
        return {
            "sends": self._own.sends,
            "address": str(wishes.address) if wishes else None,
            "confirmed": confirmed.isoformat() if confirmed else None,
            "kinds": [one.value for one in CHOICES if wishes and one in wishes.kinds],
        }


def _account(principal: Principal, *, changes_address: bool = False) -> AccountName:
    if principal.kind is not Kind.USER:
        raise Forbidden(f"{principal.label} gets no mail: only users do")
    if changes_address and principal.token:
        raise Forbidden(
            "who asks by a token sets no address",
            hint="Sign in with the password, or do it at /account/mail.",
        )
    return AccountName(principal.name)
