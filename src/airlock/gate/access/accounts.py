"""Access by accounts: tokens, passwords, the operator's token, and what is open to everybody.

- A token and a password are compared in constant time; an account that is not there costs as much
  as one that is.
- Wrong attempts are counted by address, and wrong passwords by account in the store (``guesses``);
  beyond the limit no password is looked at any more, right or wrong. Tokens cannot be guessed: a
  right one passes.
- An account with a second factor does nothing by its password alone: people sign in, machines have
  tokens. Where second factors are required, who has none may only read, until they have one.
- What an account may is read from the store with every new look: what was taken away ends within
  ``REMEMBERED`` for reading, and at once for everything else.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import structlog

from airlock.accounts import Passwords, TokenText
from airlock.errors import (
    Forbidden,
    InvalidName,
    StoreError,
    Unauthenticated,
    UsageError,
)
from airlock.gate import metrics
from airlock.gate.access.attempts import Attempts
from airlock.gate.access.guesses import MOST_ON_ACCOUNT, Guesses, of_account
from airlock.gate.access.interface import REMEMBERED, Access, Credentials
from airlock.gate.access.memory import Remembered
from airlock.gate.access.operator import OPERATOR, is_operator
from airlock.gate.access.reading import READ_EVERYTHING, Reading
from airlock.gate.access.sign_in import SignIn
from airlock.model import ProjectName
from airlock.model.access import (
    ANONYMOUS,
    Action,
    Kind,
    Principal,
    Right,
    Role,
    Scope,
    Within,
)
from airlock.model.people import AccountKind, AccountName, Grant, Stamp, Standing, Token
from airlock.model.sessions import Proof
from airlock.store import Records

_log = structlog.get_logger("airlock.access")
_TOKEN_USER = "__token__"  # noqa: S105 - the name of a user, by which PyPI's clients send tokens
_ATTEMPTS_OF_ADDRESS = 30
_NOTED_EVERY = dt.timedelta(minutes=1)
# A password costs 0.03 s of a processor: its hash is not computed for each of a client's requests.
_PASSWORD_REMEMBERED_SECONDS = 300.0


class _Proof(NamedTuple):
    """That a password was right: as long as its hash stays the same."""

    hash: str


class AccountAccess(Access):
    """Knows whoever is in the store.

    Args:
        records: who is known.
        operator_token: of the operator; ``None`` if there is none.
        reading: who may read.
        clock: gives the time in UTC.
        monotonic: gives seconds, for what is remembered and counted.
        second_required: whether a password alone is enough only for reading.
    """

    def __init__(  # noqa: PLR0913 - what it knows, and both clocks
        self,
        records: Records,
        operator_token: str | None,
        reading: Reading,
        clock: Callable[[], dt.datetime],
        monotonic: Callable[[], float] = time.monotonic,
        *,
        second_required: bool = False,
    ) -> None:
        self._people = records.people
        self._publishers = records.publishers
        self._sessions = records.sessions
        self._sign_in = SignIn(records, clock)
        self._guesses = Guesses(records, clock)
        self._second_required = second_required
        self._turn = threading.Lock()
        self._operator_token = operator_token
        self._reading = reading
        self._clock = clock
        self._monotonic = monotonic
        self._passwords = Passwords()
        self._principals: Remembered[Principal] = Remembered(REMEMBERED.total_seconds())
        self._proofs: Remembered[_Proof] = Remembered(_PASSWORD_REMEMBERED_SECONDS)
        self._of_address = Attempts(records.sessions, "client", _ATTEMPTS_OF_ADDRESS)

    def remembered(self, credentials: Credentials | None) -> Principal | None:
        """Return who asked with the same credentials a moment ago."""
        if credentials is None:
            return ANONYMOUS
        return self._principals.get(credentials, self._monotonic())

    def identify(self, credentials: Credentials | None, address: str) -> Principal:
        """Return who asks, as the store knows them now."""
        if credentials is None:
            return ANONYMOUS
        now = self._monotonic()
        if credentials.session:
            return self._by_session(credentials, now)
        principal = self._identified(credentials, address, now)
        if principal is None:
            self._of_address.check(address, self._clock())
            self._of_address.note(address, self._clock())
            metrics.WRONG_CREDENTIALS.inc()
            _log.warning("authentication-failed", address=address, user=_shown(credentials.user))
            raise Unauthenticated("the user, password or token is wrong, expired or revoked")
        self._principals.put(credentials, principal, now)
        return principal

    def _identified(self, credentials: Credentials, address: str, now: float) -> Principal | None:
        if is_operator(credentials, self._operator_token):
            return OPERATOR
        text = TokenText.parse(credentials.secret)
        if text is not None and credentials.user in {None, _TOKEN_USER}:
            return self._by_token(text)
        if credentials.user is None or credentials.user == _TOKEN_USER:
            return None
        self._of_address.check(address, self._clock())
        return self._by_password(credentials, credentials.user, now)

    def _by_session(self, credentials: Credentials, now: float) -> Principal:
        session, at = self._sign_in.current(credentials.secret), self._clock()
        if session is None or session.is_pending:
            return ANONYMOUS
        standing = self._people.standing(session.account)
        if standing is None or standing.account.disabled_at is not None:
            return ANONYMOUS
        if at - session.seen_at >= _NOTED_EVERY:
            self._sessions.touch(session.id, at)
        principal = self._limited(_principal(standing, None), session.proof is Proof.PASSWORD)
        self._principals.put(credentials, principal, now)
        return principal

    def _limited(self, principal: Principal, by_password: bool) -> Principal:  # noqa: FBT001 - a truth
        if by_password and self._second_required:
            return msgspec.structs.replace(principal, limits=(READ_EVERYTHING,))
        return principal

    def _by_token(self, text: TokenText) -> Principal | None:
        stored = self._people.token(text.id)
        if stored is None or not text.matches(stored.digest):
            return None
        token, now = stored.token, self._clock()
        if not token.active(now):
            return None
        principal = self._of_token(token)
        if principal is not None:
            self._note_use(token, now)
        return principal

    def _of_token(self, token: Token) -> Principal | None:
        if token.account is None:
            return self._of_publisher(token)
        standing = self._people.standing(token.account)
        if standing is None or standing.account.disabled_at is not None:
            return None
        return _principal(standing, token)

    def _of_publisher(self, token: Token) -> Principal | None:
        """Return a workflow with the projects that it publishes now; ``None`` if it is removed."""
        every = self._publishers.every()
        own = next((one for one in every if one.id == token.publisher), None)
        if own is None:
            return None
        projects = {one.project for one in every if own.is_same_workflow(one)}
        actions = frozenset({Action.CREATE, Action.UPLOAD})
        return Principal(
            kind=Kind.PUBLISHER,
            name=f"{own.id} {own.repository}",
            rights=tuple(Right(actions, Scope(project)) for project in sorted(projects)),
            limits=token.limits,
            token=token.id,
        )

    def _note_use(self, token: Token, now: dt.datetime) -> None:
        if token.last_used_at is not None and now - token.last_used_at < _NOTED_EVERY:
            return
        try:
            self._people.note_use(token.id, now)
        except StoreError as error:
            _log.warning("use-not-noted", token=token.id, error=str(error))

    def _by_password(self, credentials: Credentials, user: str, now: float) -> Principal | None:
        try:
            name = AccountName(user)
        except InvalidName:
            name = None
        stored = self._people.password(name) if name is not None else None
        hashed = stored.hash if stored is not None else None
        # One after the other: of many guesses at once no more than allowed are looked at.
        with self._turn:
            if not self._is_right(credentials, name or "", hashed, now):
                return None
        standing = self._people.standing(name) if name is not None else None
        if standing is None or standing.account.disabled_at is not None:
            return None
        if self._sessions.factors(standing.account.name):
            raise Unauthenticated(
                "this account has a second factor: its password alone opens nothing",
                hint="Sign in with a browser and make a token there.",
            )
        return self._limited(_principal(standing, None), by_password=True)

    def _is_right(self, credentials: Credentials, key: str, hashed: str | None, now: float) -> bool:
        self._guesses.check(_limits_on(key))
        proof = self._proofs.get(credentials, now)
        if proof is not None and proof.hash == hashed:
            return True
        if not self._passwords.matches(hashed, credentials.secret):
            self._guesses.wrong(_limits_on(key), key or "?", "")
            return False
        self._guesses.forgive(of_account(key))
        self._proofs.put(credentials, _Proof(hashed or ""), now)
        return True

    def require(
        self, principal: Principal, action: Action, project: ProjectName | None = None
    ) -> None:
        """Return if a principal may."""
        if self._may(principal, action, project):
            return
        about = f" {project}" if project else ""
        if not principal.is_known:
            raise Unauthenticated(
                f"who wants to {action.verb}{about} here has to say who they are",
                hint="Give a token: as the password of the user __token__, or as Bearer.",
            )
        raise Forbidden(f"{principal.label} may not {action.verb}{about} here")

    def _may(self, principal: Principal, action: Action, project: ProjectName | None) -> bool:
        if action is not Action.READ:
            return principal.may(action, project)
        return self._reading.lets(principal, project)

    def readable(self, principal: Principal) -> Within:
        """Return what a principal may read."""
        return self._reading.of(principal)

    def created(self, principal: Principal, project: ProjectName) -> None:
        """Make whoever created a project its owner, if no role of theirs lets them go on."""
        if principal.kind not in {Kind.USER, Kind.TEAM} or _may_upload_by_role(principal, project):
            return
        grant = Grant(account=AccountName(principal.name), role=Role.OWNER, scope=Scope(project))
        self._people.set_grant(grant, Stamp(principal.label, self._clock()), granted=True)


def _limits_on(account: str) -> dict[str, int]:
    return {of_account(account): MOST_ON_ACCOUNT}


def _principal(standing: Standing, token: Token | None) -> Principal:
    return Principal(
        kind=Kind.USER if standing.account.kind is AccountKind.USER else Kind.TEAM,
        name=str(standing.account.name),
        rights=standing.rights,
        limits=token.limits if token else None,
        organisations=standing.organisations,
        token=token.id if token else "",
    )


def _may_upload_by_role(principal: Principal, project: ProjectName) -> bool:
    return any(right.allows(Action.UPLOAD, project) for right in principal.rights)


def _shown(user: str | None) -> str:
    try:
        return AccountName(user) if user else ""
    except UsageError:
        return "?"
