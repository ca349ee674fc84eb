"""Makes a short-lived token for a workflow that an issuer vouches for (trusted publishing).

- The token uploads to the projects of the publishers that match, and nothing else.
- Each assertion is worth one token: a copy of it, sent again, is worth nothing, in any process.
"""

import datetime as dt
from collections.abc import Callable

from airlock.accounts import NewToken, TokenText
from airlock.errors import Forbidden, Unauthenticated
from airlock.gate.access.attempts import Attempts
from airlock.gate.access.oidc import Issuers
from airlock.model import Sha256
from airlock.model.access import Action, Scope
from airlock.model.people import Stamp, Token
from airlock.store import Records
from airlock.store.people import StoredToken

LIFE = dt.timedelta(minutes=15)
_MOST_WRONG = 30


class Minting:
    """Makes tokens for trusted publishers.

    Args:
        records: of publishers and tokens.
        issuers: that are believed.
        clock: gives the time in UTC.
    """

    def __init__(
        self, records: Records, issuers: Issuers, clock: Callable[[], dt.datetime]
    ) -> None:
        self._records = records
        self.issuers = issuers
        self._clock = clock
        self._wrong = Attempts(records.sessions, "assertion", _MOST_WRONG)

    def mint(self, assertion: str, address: str) -> NewToken:
        """Return a token for who holds an assertion.

        Raises:
            Unauthenticated: if the assertion proves nothing.
            Forbidden: if it is of no publisher, or was used before.
            TooManyAttempts: if there were too many wrong ones from that address.
            UpstreamUnavailable: if its issuer does not give its keys.
        """
        self._wrong.check(address, self._clock())
        try:
            return self._minted(assertion)
        except (Unauthenticated, Forbidden):
            self._wrong.note(address, self._clock())
            raise

    def _minted(self, assertion: str) -> NewToken:
        claims = self.issuers.claims(assertion)
        matching = [one for one in self._records.publishers.every() if one.matches(claims)]
        if not matching:
            raise Forbidden(
                "no publisher of any project is this workflow",
                hint="Compare repository, workflow and environment with `airlock publisher list`.",
            )
        now = self._clock()
        unique = Sha256.of(f"{claims['iss']}\n{claims['jti']}".encode(errors="surrogatepass"))
        until = dt.datetime.fromtimestamp(claims["exp"], dt.UTC) + dt.timedelta(minutes=5)
        if not self._records.publishers.use_up(unique, until, now):
            raise Forbidden("this assertion was used before")
        publisher = matching[0]
        made = TokenText.new()
        token = Token(
            id=made.id,
            account=None,
            publisher=publisher.id,
            description=f"trusted publishing: {publisher.repository}, {publisher.workflow}",
            actions=frozenset({Action.CREATE, Action.UPLOAD}),
            scopes=tuple(sorted({Scope(one.project) for one in matching})),
            created_at=now,
            expires_at=now + LIFE,
        )
        stamp = Stamp(f"publisher {publisher.id}", now)
        self._records.people.add_token(StoredToken(token, made.digest), stamp)
        return NewToken(token, made.text)
