"""A gate on another machine, asked over its JSON API.

- A token goes over TLS, or to this very machine; over plain HTTP to no other.
- Redirects are not followed: they would carry the token elsewhere.
- What the gate answers becomes one of our errors, with its own words.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from airlock.errors import (
    AirlockError,
    Forbidden,
    Outdated,
    TargetNotFound,
    TooManyAttempts,
    Unauthenticated,
    UpstreamUnavailable,
    UsageError,
)

_SECONDS = 60.0
_SHA256_DIGITS = 64
_ERRORS: dict[int, type[AirlockError]] = {
    400: UsageError,
    401: Unauthenticated,
    403: Forbidden,
    404: TargetNotFound,
    409: Outdated,
    413: UsageError,
}
_TOO_MANY = 429


class Server:
    """A gate.

    Args:
        url: its address, as a browser has it.
        token: of who asks.

    Raises:
        UsageError: if the address is none, or the token would travel in the open.
    """

    def __init__(self, url: str, token: str) -> None:
        split = urlsplit(url)
        if split.scheme not in {"http", "https"} or not split.hostname:
            raise UsageError(f"{url[:200]!r} is no address of a gate, such as https://host")
        if split.scheme == "http" and not _is_this_machine(split.hostname):
            raise UsageError(
                "over plain HTTP everybody on the way could read the token",
                hint="Use https://, or a tunnel to a loopback address.",
            )
        self._url = url.rstrip("/")
        self._headers = {"authorization": f"Bearer {token}", "accept": "application/json"}

    def ask(
        self,
        method: str,
        path: str,
        given: Mapping[str, Any] | None = None,
        **query: str | int,
    ) -> Any:
        """Return what the gate answers, as JSON; ``None`` where it says nothing.

        Raises:
            AirlockError: as the gate says.
            UpstreamUnavailable: if it does not answer, or not as a gate does.
        """
        chosen = {name: value for name, value in query.items() if value != ""}
        try:
            answer = httpx.request(
                method,
                f"{self._url}{path}",
                json=given,
                params=chosen,
                headers=self._headers,
                timeout=_SECONDS,
                follow_redirects=False,
            )
            if answer.is_success:
                return answer.json() if answer.content else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise UpstreamUnavailable(f"the gate does not answer: {error}") from error
        raise _error(answer)

    def digest(self, text: str) -> str:
        """Return the digest of what a person named: a digest, the beginning of one, or a file.

        Raises:
            TargetNotFound: if nothing that waits is called that.
            UsageError: if several are.
        """
        if len(text) == _SHA256_DIGITS:
            return text.lower()
        found = self.ask("GET", "/api/review", text=text, decision="any", limit=20)["items"]
        exact = [one for one in found if text in {one["filename"], one["project"]}]
        matching = exact or found
        if not matching:
            raise TargetNotFound(f"nothing that waits is called {text[:80]!r}")
        if len(matching) > 1:
            names = ", ".join(f"{one['filename']} ({one['sha256'][:12]})" for one in matching[:5])
            raise UsageError(f"{text[:80]!r} may be: {names}", hint="Give more of the digest.")
        digest: str = matching[0]["sha256"]
        return digest


def segment(text: str) -> str:
    """Return a text as one part of a path."""
    return quote(text, safe="")


def _error(answer: httpx.Response) -> AirlockError:
    try:
        told = answer.json()
        text, hint = str(told.get("error", "")), str(told.get("hint", ""))
    except (ValueError, AttributeError):
        text, hint = "", ""
    text = text or f"the gate answers {answer.status_code} {answer.reason_phrase}"
    if answer.status_code == _TOO_MANY:
        return TooManyAttempts(text, retry_after=60.0)
    kind = _ERRORS.get(answer.status_code, UpstreamUnavailable)
    return kind(text, hint=hint)


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
