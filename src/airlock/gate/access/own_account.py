"""What people do about how they themselves sign in: password, second factors, sessions.

- Who changes how they sign in proves anew that they know the password, if they have one: a browser
  that was left open is not enough.
- A change ends every other session of the account.
"""

import datetime as dt
import secrets
from collections.abc import Callable

from airlock import accounts
from airlock.accounts import Passwords
from airlock.errors import Outdated, UsageError
from airlock.gate.access.factors import (
    Site,
    made_key,
    new_key_request,
    new_totp_secret,
    totp_step,
)
from airlock.gate.access.guesses import MOST_ON_ACCOUNT, Guesses, of_account
from airlock.gate.access.sign_in import recovery_digest
from airlock.model import Sha256
from airlock.model.people import Stamp
from airlock.model.sessions import PENDING_FOR, Factor, FactorKind, Session
from airlock.store import Records

_ID_BYTES = 6
_CODES = 10
_CODE_BYTES = 10
_GROUP = 5


class OwnAccount:
    """Changes how somebody signs in.

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

    def prove(self, session: Session, password: str) -> None:
        """Return if somebody knows their password, or has none.

        Raises:
            UsageError: if it is another.
            TooManyAttempts: if there were too many wrong ones.
        """
        stored = self._people.password(session.account)
        if stored is None or stored.hash is None:
            return
        keys = {of_account(session.account): MOST_ON_ACCOUNT}
        self._guesses.check(keys)
        if not self._passwords.matches(stored.hash, password):
            self._guesses.wrong(keys, str(session.account), session.address)
            raise UsageError("the password is wrong")
        self._guesses.forgive(of_account(session.account))

    def set_password(self, session: Session, password: str) -> None:
        """Set another password, and end every session, this one, too.

        Raises:
            UsageError: if it is too short or too long.
        """
        accounts.set_password(self._people, session.account, password, self._stamp(session))

    def new_authenticator(self, session: Session) -> str:
        """Return the secret of an authenticator to be added, kept until its first code."""
        secret = new_totp_secret()
        self._keep(f"totp {session.id}", secret.encode("ascii"))
        return secret

    def add_authenticator(
        self, session: Session, title: str, code: str, secret: str
    ) -> tuple[str, ...]:
        """Add the authenticator whose secret was shown, once it gave a right code.

        Returns:
            Recovery codes, if the account had none.

        Raises:
            Outdated: if another secret was shown since, or too long ago.
            UsageError: if the code is wrong.
        """
        kept = self._taken(f"totp {session.id}")
        if kept is None or kept != secret.encode("ascii", "replace"):
            raise Outdated("this authenticator was shown too long ago", hint="Begin anew.")
        factor = self._factor(session, FactorKind.TOTP, title or "Authenticator", kept)
        step = totp_step(factor, "".join(code.split()), self._clock())
        if step is None:
            self._keep(f"totp {session.id}", kept)
            raise UsageError(
                "the code is wrong", hint="See whether the clock of the phone is right."
            )
        return self._add(session, factor, step)

    def new_key(self, session: Session, site: Site) -> str:
        """Return what a browser asks for to make a new key, as JSON."""
        known = [one for one in self._sessions.factors(session.account) if one.credential]
        request, challenge = new_key_request(str(session.account), known, site)
        self._keep(f"new key {session.id}", challenge)
        return request

    def add_key(self, session: Session, title: str, answer: str, site: Site) -> tuple[str, ...]:
        """Add the key that a browser made; return recovery codes, if the account had none.

        Raises:
            Outdated: if it was asked for too long ago.
            UsageError: if the answer proves no new key.
        """
        challenge = self._taken(f"new key {session.id}")
        if challenge is None:
            raise Outdated("the key was asked for too long ago", hint="Begin anew.")
        made = made_key(answer, challenge, site)
        factor = self._factor(
            session, FactorKind.WEBAUTHN, title or "Key", made.public_key, made.credential
        )
        return self._add(session, factor, made.counter)

    def remove_factor(self, session: Session, factor_id: str) -> None:
        """Remove a second factor.

        Raises:
            TargetNotFound: if there is no such one.
        """
        self._sessions.remove_factor(session.account, factor_id, self._stamp(session))
        if not self._sessions.factors(session.account):
            self._sessions.set_recovery(session.account, (), self._stamp(session))

    def new_recovery_codes(self, session: Session) -> tuple[str, ...]:
        """Replace the recovery codes; return the new ones, which are shown this once."""
        codes = tuple(_code() for _ in range(_CODES))
        digests = tuple(map(recovery_digest, codes))
        self._sessions.set_recovery(session.account, digests, self._stamp(session))
        return codes

    def end(self, session: Session, *, only: str = "") -> int:
        """End one session of the account, or all but this one."""
        but = "" if only else session.id
        return self._sessions.end(session.account, self._stamp(session), only=only, but=but)

    def _add(self, session: Session, factor: Factor, counter: int) -> tuple[str, ...]:
        self._sessions.add_factor(factor, self._stamp(session))
        if counter:
            # What proved the factor proves nothing again.
            self._sessions.use_factor(factor, counter, self._clock())
        self.end(session)
        if self._sessions.recovery_left(session.account):
            return ()
        return self.new_recovery_codes(session)

    def _factor(
        self,
        session: Session,
        kind: FactorKind,
        title: str,
        secret: bytes,
        credential: bytes = b"",
    ) -> Factor:
        return Factor(
            id=secrets.token_hex(_ID_BYTES),
            account=session.account,
            kind=kind,
            title=title.strip()[:80],
            created_at=self._clock(),
            secret=secret,
            credential=credential,
        )

    def _keep(self, what: str, document: bytes) -> None:
        digest, now = Sha256.of(what.encode()), self._clock()
        self._sessions.take_challenge(digest, now)
        self._sessions.put_challenge(digest, document, now + PENDING_FOR)

    def _taken(self, what: str) -> bytes | None:
        return self._sessions.take_challenge(Sha256.of(what.encode()), self._clock())

    def _stamp(self, session: Session) -> Stamp:
        return Stamp(f"user {session.account}", self._clock())


def _code() -> str:
    """Return a recovery code: 80 random bits, in groups that can be typed."""
    text = secrets.token_hex(_CODE_BYTES)
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
