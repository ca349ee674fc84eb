"""Verifies what an OIDC issuer asserts about a job (OpenID Connect Discovery 1.0, RFC 7519).

- Only issuers that the operator named are asked for keys, without redirects, bounded in size and
  time. Keys may lie at another host, as those of several providers do: where, the document of the
  issuer says, which came over TLS and names that very issuer (Discovery 1.0, 4.3). The address is
  HTTPS at a host with a name, so that who answers has a certificate for it: an issuer that was
  taken over leads to no address of this network, and what is fetched is shown to nobody.
- Keys are kept for an hour; a key that is not known is asked for again, at most once a minute.
- Signatures are RS256 or ES256, never anything that the token chooses. Audience, issuer, times and
  ``jti`` have to be there; a token that is worth something for more than a day is refused.
"""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import jwt

from airlock.errors import Forbidden, Unauthenticated, UpstreamUnavailable
from airlock.gate.settings import is_loopback

_ALGORITHMS = ["RS256", "ES256"]
_REQUIRED = ["aud", "exp", "iat", "iss", "jti"]
_REQUIRED_OF_PEOPLE = ["aud", "exp", "iat", "iss", "sub", "nonce"]
_LEEWAY = dt.timedelta(seconds=30)
_LONGEST_LIFE = dt.timedelta(days=1)
_KEPT = dt.timedelta(hours=1)
_ASKED_AGAIN = dt.timedelta(minutes=1)
_MOST_BYTES = 512 * 1024
_SECONDS = 10.0
_LONGEST_TOKEN = 32 * 1024
# Ends of names that stand for this machine or network (RFC 6761, RFC 6762, RFC 9476; ICANN 2024).
_OF_NETWORKS = frozenset({"localhost", "local", "internal", "arpa"})


_NO_KEYS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    jwt.PyJWTError,
    ValueError,
    TypeError,
    RecursionError,
    Forbidden,
)


class _Keys(NamedTuple):
    by_id: dict[str, jwt.PyJWK]
    asked_at: dt.datetime


class Issuers:
    """Knows the keys of some issuers.

    Args:
        urls: of the issuers that are believed.
        audience: for which tokens have to be made.
        clock: gives the time in UTC.
        of_jobs: tokens are of jobs: each has its ``jti``, and is for nobody else. Those of people
            who sign in have a nonce instead, which the caller compares.
    """

    def __init__(
        self,
        urls: Iterable[str],
        audience: str,
        clock: Callable[[], dt.datetime],
        *,
        of_jobs: bool = True,
    ) -> None:
        self._required = _REQUIRED if of_jobs else _REQUIRED_OF_PEOPLE
        self._of_jobs = of_jobs
        self._urls = frozenset(urls)
        self.audience = audience
        self._clock = clock
        self._known: dict[str, _Keys] = {}
        self._turn = threading.Lock()

    def believes(self, url: str) -> bool:
        """Tell whether an issuer is one of these."""
        return url in self._urls

    def claims(self, token: str) -> dict[str, Any]:
        """Return what a token says, verified.

        Raises:
            Unauthenticated: if it is not one of an issuer that is believed, for this index, now.
            UpstreamUnavailable: if the issuer does not give its keys.
        """
        if len(token) > _LONGEST_TOKEN:
            raise Unauthenticated("the token is longer than any that an issuer makes")
        try:
            issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss"))
            key_id = str(jwt.get_unverified_header(token).get("kid"))
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Unauthenticated(f"this is no token of an issuer: {error}") from error
        if issuer not in self._urls:
            raise Unauthenticated(f"the issuer {issuer[:100]!r} is not believed here")
        return self._verified(token, issuer, self._key(issuer, key_id))

    def _verified(self, token: str, issuer: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=_ALGORITHMS,
                audience=self.audience,
                issuer=issuer,
                leeway=_LEEWAY,
                # Times are looked at here, by the clock that everything goes by.
                options={
                    "require": self._required,
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "strict_aud": self._of_jobs,
                },
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Unauthenticated(f"the token is not worth anything: {error}") from error
        self._check_times(claims)
        if self._of_jobs and not (isinstance(claims["jti"], str) and claims["jti"]):
            raise Unauthenticated("the token has no jti")
        return claims

    def _check_times(self, claims: dict[str, Any]) -> None:
        now = self._clock()
        begin, end = _time(claims, "iat"), _time(claims, "exp")
        begin = max(begin, _time(claims, "nbf")) if "nbf" in claims else begin
        if now + _LEEWAY < begin:
            raise Unauthenticated("the token is not worth anything yet")
        if now - _LEEWAY >= end:
            raise Unauthenticated("the token has expired")
        if end - begin > _LONGEST_LIFE:
            raise Unauthenticated("the token is worth something for longer than a job takes")

    def _key(self, issuer: str, key_id: str) -> jwt.PyJWK:
        now = self._clock()
        with self._turn:
            kept = self._known.get(issuer)
            age = now - kept.asked_at if kept else _KEPT
            if kept is None or age >= _KEPT or (key_id not in kept.by_id and age >= _ASKED_AGAIN):
                kept = _Keys(_fetched(issuer), now)
                self._known[issuer] = kept
        if key_id not in kept.by_id:
            raise Unauthenticated(f"{issuer} has no key {key_id[:80]!r}")
        return kept.by_id[key_id]


def _time(claims: dict[str, Any], name: str) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(claims[name], dt.UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Unauthenticated(f"{name} of the token is no time") from error


def _fetched(issuer: str) -> dict[str, jwt.PyJWK]:
    try:
        with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
            about = document_at(client, f"{issuer}/.well-known/openid-configuration")
            place = str(about.get("jwks_uri"))
            require_believable(issuer, about.get("issuer"), place)
            found = document_at(client, place).get("keys")
        keys = found if isinstance(found, list) else []
        usable = (key for key in keys if isinstance(key, dict) and isinstance(key.get("kid"), str))
        return {key["kid"]: jwt.PyJWK(key) for key in usable if key.get("kty") in {"RSA", "EC"}}
    except _NO_KEYS as error:
        raise UpstreamUnavailable(f"the issuer {issuer} does not give its keys: {error}") from error


def require_believable(issuer: str, said: object, place: str) -> None:
    """Raise ``Forbidden`` unless an address that the document of an issuer gives may be asked.

    Args:
        issuer: as the operator wrote it.
        said: who the document at the issuer says that it is of.
        place: where it says that its keys are, or that codes become tokens.
    """
    if said != issuer:
        raise Forbidden("its document says that it is of another")
    if not (place.isascii() and place.isprintable()):
        # What resolvers make of other letters may be a number, or another name.
        raise Forbidden("an address that it gives is none")
    try:
        parts, own = urlsplit(place), urlsplit(issuer)
        port = parts.port
    except ValueError as error:
        raise Forbidden(f"an address that it gives is none: {error}") from error
    if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
        return
    if own.scheme == "http" and is_loopback(parts.hostname or "") and parts.scheme == "http":
        # An issuer on this machine, which only its operator can name (``check_issuer``).
        return
    if parts.scheme != "https" or "@" in parts.netloc or port == 0:
        raise Forbidden("an address that it gives is not HTTPS")
    if _is_name(own.hostname or "") and not _is_name(parts.hostname or ""):
        raise Forbidden("an address that it gives is of a host without a name")


def _is_name(host: str) -> bool:
    """Tell whether a host is named as on the internet: by no number, and not within this network.

    As resolvers read them, ``127.1``, ``0x7f000001`` and ``2130706433`` are addresses, too; a name
    ends in a label that is none.
    """
    labels = host.removesuffix(".").split(".")
    last = labels[-1].lower()
    numeric = last.isdigit() or last.startswith("0x")
    return len(labels) > 1 and not numeric and ":" not in host and last not in _OF_NETWORKS


def document_at(client: httpx.Client, url: str) -> dict[str, Any]:
    """Return a JSON object of a bounded size.

    Raises:
        httpx.HTTPError: if it is not given.
        TypeError: if it is no object.
        ValueError: if it is too large, or no JSON.
    """
    with client.stream("GET", url) as answer:
        answer.raise_for_status()
        read = b""
        for piece in answer.iter_bytes():
            read += piece
            if len(read) > _MOST_BYTES:
                raise ValueError("its answer is too large")
    found = json.loads(read)
    if not isinstance(found, dict):
        raise TypeError("its answer is no object") from None
    return found
