"""Signing in with a browser: a password, then a second factor where the account has one.

- Guessing is counted (``guesses``) by address, by account, and apart from both for second factors.
- An account that is not there costs as much time as one that is, and gets the same answer.
- The secret of a session is new with every step: what somebody planted before is worth nothing
  after (session fixation).
- A time step of an authenticator, a recovery code and a challenge are each worth something once.
"""

import datetime as dt
import secrets
from collections.abc import Callable
from typing import NamedTuple

from airlock.accounts import Passwords
from airlock.errors import InvalidName, Unauthenticated
from airlock.gate.access.factors import Site, checked_key, key_request, totp_step
from airlock.gate.access.guesses import (
    MOST_OF_ADDRESS,
    MOST_ON_ACCOUNT,
    MOST_SECOND,
    Guesses,
    of_account,
)
from airlock.model import Sha256
from airlock.model.people import AccountName, Stamp
from airlock.model.sessions import (
    LONGEST,
    PENDING_FOR,
    Factor,
    FactorKind,
    Proof,
    Session,
    shown_agent,
)
from airlock.store import Records

_SECRET_BYTES = 32
_ID_BYTES = 6
_WRONG = "the user or the password is wrong"
_WRONG_CODE = "the code is wrong, or was used before"


class Browser(NamedTuple):
    """Where somebody signs in from."""

    address: str
    agent: str
    """What it calls itself."""


class SignedIn(NamedTuple):
    """A session, with its secret: this is the only time that it is there."""

    session: Session
    secret: str


class SignIn:
    """Lets people sign in.

    Args:
        records: of people and sessions.
        clock: gives the time in UTC.
    """

    def __init__(self, records: Records, clock: Callable[[], dt.datetime]) -> None:
        self._people = records.people
        self._sessions = records.sessions
        self._guesses = Guesses(records, clock)
        self._clock = clock
        self._passwords = Passwords()

    def by_password(self, user: str, password: str, browser: Browser) -> SignedIn:
        """Return a session for who knows a password; pending where a second factor is to come.

        Raises:
            Unauthenticated: if the user or the password is wrong.
            TooManyAttempts: if there were too many wrong ones.
        """
        name = _name(user)
        keys = {f"address {browser.address}": MOST_OF_ADDRESS}
        keys[of_account(name or user[:64].lower())] = MOST_ON_ACCOUNT
        self._guesses.check(keys)
        stored = self._people.password(name) if name is not None else None
        hashed = stored.hash if stored is not None and stored.account.disabled_at is None else None
        if not self._passwords.matches(hashed, password) or name is None:
            self._guesses.wrong(keys, str(name or "?"), browser.address)
            raise Unauthenticated(_WRONG)
        self._guesses.forgive(of_account(name))
        second = bool(self._sessions.factors(name))
        return self._begin(name, Proof.PENDING if second else Proof.PASSWORD, browser)

    def by_code(self, pending: Session, code: str, browser: Browser) -> SignedIn:
        """Return a session for who has the authenticator or a recovery code, too.

        Raises:
            Unauthenticated: if the code is wrong or used up.
            TooManyAttempts: if there were too many wrong ones.
        """
        keys = self._checked_second(pending)
        said = "".join(code.split())
        now = self._clock()
        for factor in self._sessions.factors(pending.account):
            step = totp_step(factor, said, now)
            if step is not None and self._sessions.use_factor(factor, step, now):
                return self._second(pending, browser)
        if self._sessions.use_recovery(
            pending.account, recovery_digest(said), self._stamp(pending)
        ):
            return self._second(pending, browser)
        self._guesses.wrong(keys, str(pending.account), browser.address)
        raise Unauthenticated(_WRONG_CODE)

    def kinds(self, pending: Session) -> frozenset[FactorKind]:
        """Return which second factors the account has."""
        return frozenset(one.kind for one in self._sessions.factors(pending.account))

    def key_request(self, pending: Session, site: Site) -> str:
        """Return what a browser asks its keys to sign, as JSON; empty if the account has none."""
        keys = _keys(self._sessions.factors(pending.account))
        if not keys:
            return ""
        request, challenge = key_request(keys, site)
        self._keep(f"key {pending.id}", challenge)
        return request

    def by_key(self, pending: Session, signed: str, site: Site, browser: Browser) -> SignedIn:
        """Return a session for whose key signed the challenge.

        Raises:
            Unauthenticated: if it did not.
            TooManyAttempts: if there were too many wrong ones.
        """
        keys = self._checked_second(pending)
        challenge = self._taken(f"key {pending.id}")
        known = _keys(self._sessions.factors(pending.account))
        checked = checked_key(known, signed, challenge, site) if challenge else None
        if checked is None or not self._sessions.use_factor(*checked, self._clock()):
            self._guesses.wrong(keys, str(pending.account), browser.address)
            raise Unauthenticated("the key is none of this account, or did not sign this")
        return self._second(pending, browser)

    def by_issuer(self, account: AccountName, browser: Browser) -> SignedIn:
        """Return a session for whom an issuer vouches for.

        Raises:
            Unauthenticated: if the account is out of use.
        """
        standing = self._people.standing(account)
        if standing is None or standing.account.disabled_at is not None:
            raise Unauthenticated("this account is out of use")
        return self._begin(account, Proof.ISSUER, browser)

    def proved(self, session: Session, browser: Browser) -> SignedIn:
        """Return a session instead of one whose owner just proved a new second factor."""
        return self._begin(session.account, Proof.SECOND, browser, session.id)

    def current(self, secret: str) -> Session | None:
        """Return the session of a secret, if it is worth anything now."""
        session = self._sessions.by_digest(session_digest(secret))
        return session if session is not None and session.active(self._clock()) else None

    def sign_out(self, session: Session) -> None:
        """End a session."""
        self._sessions.end(session.account, self._stamp(session), only=session.id)

    def _begin(
        self, account: AccountName, proof: Proof, browser: Browser, instead_of: str = ""
    ) -> SignedIn:
        now = self._clock()
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        session = Session(
            id=secrets.token_hex(_ID_BYTES),
            account=account,
            proof=proof,
            created_at=now,
            seen_at=now,
            expires_at=now + (PENDING_FOR if proof is Proof.PENDING else LONGEST),
            address=browser.address,
            agent=shown_agent(browser.agent),
        )
        self._sessions.forget(now)
        self._sessions.add(session, session_digest(secret), instead_of=instead_of)
        return SignedIn(session, secret)

    def _second(self, pending: Session, browser: Browser) -> SignedIn:
        self._guesses.forgive(f"second {pending.account}")
        return self._begin(pending.account, Proof.SECOND, browser, pending.id)

    def _checked_second(self, pending: Session) -> dict[str, int]:
        keys = {f"second {pending.account}": MOST_SECOND}
        self._guesses.check(keys)
        return keys

    def _keep(self, what: str, challenge: bytes) -> None:
        until = self._clock() + PENDING_FOR
        digest = Sha256.of(what.encode())
        self._sessions.take_challenge(digest, self._clock())
        self._sessions.put_challenge(digest, challenge, until)

    def _taken(self, what: str) -> bytes | None:
        return self._sessions.take_challenge(Sha256.of(what.encode()), self._clock())

    def _stamp(self, session: Session) -> Stamp:
        return Stamp(f"user {session.account}", self._clock())


def session_digest(secret: str) -> Sha256:
    """Return what is kept of a session's secret."""
    return Sha256.of(secret.encode(errors="surrogatepass"))


def recovery_digest(code: str) -> Sha256:
    """Return what is kept of a recovery code; how it is grouped and cased does not matter."""
    plain = code.replace("-", "").lower()
    return Sha256.of(plain.encode(errors="surrogatepass"))


def _name(user: str) -> AccountName | None:
    try:
        return AccountName(user.strip())
    except InvalidName:
        return None


def _keys(factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
    return tuple(one for one in factors if one.kind is FactorKind.WEBAUTHN)
