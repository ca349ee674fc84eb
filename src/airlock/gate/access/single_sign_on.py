"""Single sign-on: OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636, RFC 9700).

- A code comes back to the browser that asked (``state``, bound to a cookie), is worth something
  once, only together with what never left this gate (the PKCE verifier), and for one sign-in
  (``nonce`` in the signed token).
- Who somebody is, the issuer's ``sub`` says, never a name or an address, which people may choose
  there. An unknown ``sub`` becomes a new account without any role, if the operator wants that and
  nobody has the name; it never becomes somebody who is here already: an administrator links those.
- The issuer's word stands for the second factor: it is there that it is asked for.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec

from airlock import accounts
from airlock.errors import (
    AirlockError,
    Forbidden,
    InvalidName,
    NameTaken,
    Unauthenticated,
    UpstreamUnavailable,
)
from airlock.gate.access.oidc import Issuers, document_at, require_believable
from airlock.gate.access.sign_in import Browser, SignedIn, SignIn
from airlock.model import Sha256
from airlock.model.people import AccountName, Stamp
from airlock.store import Records

_SECONDS = 10.0
_LASTS = dt.timedelta(minutes=10)
_RANDOM_BYTES = 32
_SCOPE = "openid profile email"


class Client(NamedTuple):
    """How the issuer knows this gate."""

    issuer: str
    id: str
    secret: str
    creates: bool
    """Whether somebody unknown becomes a new account without roles."""


class Begun(NamedTuple):
    """A sign-in that goes on at the issuer."""

    address: str
    """Where the browser goes."""
    binding: str
    """What it has to bring back, in a cookie."""


class _Kept(msgspec.Struct, frozen=True):
    binding: str
    verifier: str
    nonce: str
    back: str
    goal: str


class SingleSignOn:
    """Lets people sign in by an issuer.

    Args:
        client: this gate, as the issuer knows it.
        records: of people and sessions.
        sign_in: makes sessions.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        client: Client,
        records: Records,
        sign_in: SignIn,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self.client = client
        self._people = records.people
        self._sessions = records.sessions
        self._sign_in = sign_in
        self._clock = clock
        self._issuers = Issuers([client.issuer], client.id, clock, of_jobs=False)

    def begin(self, back: str, goal: str) -> Begun:
        """Return where a browser goes to sign in.

        Args:
            back: the address to which the issuer sends it back.
            goal: the path that it wants to see then.

        Raises:
            UpstreamUnavailable: if the issuer does not say where that is.
        """
        place = self._endpoint("authorization_endpoint")
        state, binding, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(4))
        kept = _Kept(_digest(binding), verifier, nonce, back, goal)
        until = self._clock() + _LASTS
        self._sessions.put_challenge(_of_state(state), msgspec.json.encode(kept), until)
        asked = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": back,
            "scope": _SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(place).query else "?"
        return Begun(f"{place}{joint}{urlencode(asked)}", binding)

    def end(self, state: str, code: str, binding: str, browser: Browser) -> tuple[SignedIn, str]:
        """Return a session for whom the issuer sent back, and the path that they want to see.

        Raises:
            Unauthenticated: if what came back is not of a sign-in that this browser began.
            Forbidden: if the issuer's word is about nobody who has an account here.
            UpstreamUnavailable: if the issuer gives no token.
        """
        document = self._sessions.take_challenge(_of_state(state), self._clock())
        kept = msgspec.json.decode(document, type=_Kept) if document else None
        if kept is None or not hmac.compare_digest(kept.binding, _digest(binding)):
            raise Unauthenticated("this browser began no such sign-in, or too long ago")
        claims = self._claims(code, kept)
        if not hmac.compare_digest(str(claims["nonce"]).encode(), kept.nonce.encode()):
            raise Unauthenticated("the token is of another sign-in")
        if isinstance(claims["aud"], list) and claims.get("azp") != self.client.id:
            # OpenID Connect Core 1.0, 3.1.3.7, clauses 4 and 5.
            raise Unauthenticated("the token was made for somebody else, too")
        return self._sign_in.by_issuer(self._account(claims), browser), kept.goal

    def _claims(self, code: str, kept: _Kept) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": kept.back,
            "code_verifier": kept.verifier,
            "client_id": self.client.id,
        }
        auth = (self.client.id, self.client.secret) if self.client.secret else None
        try:
            answer = httpx.post(
                self._endpoint("token_endpoint"),
                data=form,
                auth=auth,
                timeout=_SECONDS,
                follow_redirects=False,
                trust_env=False,
            )
            answer.raise_for_status()
            token = answer.json()["id_token"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise UpstreamUnavailable(f"the issuer gives no token: {error}") from error
        return self._issuers.claims(str(token))

    def _account(self, claims: dict[str, Any]) -> AccountName:
        subject = str(claims["sub"])
        known = self._sessions.identity(self.client.issuer, subject)
        if known is not None:
            return known
        name = _name(claims)
        hint = f"airlock user link NAME --issuer {self.client.issuer} --subject {subject}"
        if not self.client.creates or name is None:
            raise Forbidden("nobody here is known by this sign-in", hint=hint)
        stamp = Stamp(f"issuer {self.client.issuer}", self._clock())
        try:
            title = str(claims.get("name") or "")
            accounts.add_user(self._people, name, stamp, title=title if title.isprintable() else "")
        except NameTaken as error:
            raise Forbidden(f"{name} is somebody here already", hint=hint) from error
        self._sessions.set_identity(self.client.issuer, subject, name, stamp)
        return name

    def _endpoint(self, which: str) -> str:
        issuer = self.client.issuer
        try:
            with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
                about = document_at(client, f"{issuer}/.well-known/openid-configuration")
        except (httpx.HTTPError, ValueError, TypeError, AirlockError) as error:
            raise UpstreamUnavailable(f"the issuer {issuer} does not answer: {error}") from error
        place = str(about.get(which))
        try:
            require_believable(issuer, about.get("issuer"), place)
        except Forbidden as error:
            told = f"the issuer {issuer} does not say where to sign in: {error}"
            raise UpstreamUnavailable(told) from error
        return place


def _name(claims: dict[str, Any]) -> AccountName | None:
    for claim in ("preferred_username", "email"):
        text = str(claims.get(claim) or "").partition("@")[0]
        try:
            return AccountName(text)
        except InvalidName:
            continue
    return None


def _of_state(state: str) -> Sha256:
    return Sha256.of(f"sso {state}".encode(errors="surrogatepass"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
