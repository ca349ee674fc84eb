"""A gate, asked over its JSON API: on another machine, or its routes in this very process.

- A token goes over TLS, or to this very machine; over plain HTTP to no other, and
  by no proxy.
- Redirects are not followed: they would carry the token elsewhere.
- What the gate answers becomes one of our errors, with its own words.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import anyio
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
_PAGE = 200
_SHA256_DIGITS = 64
_NAME, _NAMES = "name:", "names/"
_ERRORS: dict[int, type[AirlockError]] = {
    400: UsageError,
    401: Unauthenticated,
    403: Forbidden,
    404: TargetNotFound,
    409: Outdated,
    413: UsageError,
}
_TOO_MANY = 429


class InProcess(httpx.BaseTransport):
    """Hands requests to an ASGI application in this process.

    Args:
        app: that answers.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return its answer, read to the end."""
        return anyio.run(
            self._answered, request.method, request.url, request.headers, request.read()
        )

    async def _answered(
        self, method: str, url: httpx.URL, headers: httpx.Headers, content: bytes
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport) as client:
            answer = await client.request(method, url, headers=headers, content=content)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


class Server:
    """A gate.

    Args:
        url: its address, as a browser has it.
        token: of who asks.
        transport: by which it is reached; ``None``: the network.

    Raises:
        UsageError: if the address is none, or the token would travel in the open.
    """

    def __init__(self, url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        split = urlsplit(url)
        if split.scheme not in {"http", "https"} or not split.hostname:
            raise UsageError(f"{url[:200]!r} is no address of a gate, such as https://host")
        if split.scheme == "http" and not _is_this_machine(split.hostname):
            raise UsageError(
                "over plain HTTP everybody on the way could read the token",
                hint="Use https://, or a tunnel to a loopback address.",
            )
        self._url = url.rstrip("/")
        self._transport = transport
        # A proxy would read what goes over plain HTTP, and this machine needs none.
        self._by_environment = split.scheme == "https"
        self._headers = {"authorization": f"Bearer {token}", "accept": "application/json"}

    def ask(
        self,
        method: str,
        path: str,
        given: Mapping[str, Any] | None = None,
        **query: str | int | None,
    ) -> Any:
        """Return what the gate answers, as JSON; ``None`` where it says nothing.

        Raises:
            AirlockError: as the gate says.
            UpstreamUnavailable: if it does not answer, or not as a gate does.
        """
        chosen = {name: value for name, value in query.items() if value not in {"", None}}
        try:
            with httpx.Client(
                transport=self._transport,
                headers=self._headers,
                timeout=_SECONDS,
                follow_redirects=False,
                trust_env=self._by_environment,
            ) as client:
                answer = client.request(method, f"{self._url}{path}", json=given, params=chosen)
            if answer.is_success:
                return answer.json() if answer.content else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise UpstreamUnavailable(f"the gate does not answer: {error}") from error
        raise _error(answer)

    def every(self, path: str) -> Iterator[Any]:
        """Yield everything of a list that is answered in pages; what it raises, as ``ask``."""
        offset = 0
        while True:
            answer = self.ask("GET", path, limit=_PAGE, offset=offset)
            # A gate that knows no pages of this list answers with all of it.
            items = answer if isinstance(answer, list) else answer["items"]
            yield from items
            offset += len(items)
            if isinstance(answer, list) or not items or offset >= answer["total"]:
                return

    def review(self, text: str) -> str:
        """Return the path of the review of what a person named.

        That is a digest, the beginning of one, the name of a file or, as ``name:PROJECT``, a name.

        Raises:
            TargetNotFound: if nothing that waits is called that.
            UsageError: if several are.
        """
        return f"/api/review/{self._place(text)}"

    def subject(self, text: str) -> str:
        """Return the key of what a person named, as of ``review``: what a list of many takes."""
        place = self._place(text)
        return f"{_NAME}{place.removeprefix(_NAMES)}" if place.startswith(_NAMES) else place

    def _place(self, text: str) -> str:
        if text.startswith(_NAME):
            return f"{_NAMES}{segment(text.removeprefix(_NAME))}"
        if len(text) == _SHA256_DIGITS:
            return segment(text.lower())
        found = self.ask("GET", "/api/review", text=text, decision="any", limit=20)["items"]
        exact = [one for one in found if text in {one["filename"], one["project"]}]
        matching = exact or found
        if not matching:
            raise TargetNotFound(f"nothing that waits is called {text[:80]!r}")
        if len(matching) > 1:
            names = ", ".join(map(_called, matching[:5]))
            hint = "Give more of the digest, or name:PROJECT for a name."
            raise UsageError(f"{text[:80]!r} may be: {names}", hint=hint)
        one = matching[0]
        return segment(one["sha256"]) if one["sha256"] else f"{_NAMES}{segment(one['project'])}"


def _called(one: Mapping[str, Any]) -> str:
    if one["sha256"]:
        return f"{one['filename']} ({one['sha256'][:12]})"
    return f"{_NAME}{one['project']}"


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
