"""HTTP as an index needs it: every request bounded, every failure one of ours.

Invariants:

- Credentials are sent to the origin of the index and to no other, and are in no message.
- Redirects are followed here, not by the client, so that each target is looked at.
- ``netrc`` is not read: the user named the credentials in the URL or there are none.
"""

import contextlib
import datetime as dt
import email.utils
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import httpx

from airlock import __version__
from airlock.errors import UpstreamUnavailable, UsageError
from airlock.sources.interface import Limits
from airlock.sources.urls import Credentials, followed, origin, without_credentials

_PASSING = {408, 425, 429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}
_NOT_LET_IN = {401, 403, 407}


class Transport:
    """Asks one index, and the places that it sends us to.

    Args:
        index: the base URL of the index, without credentials.
        credentials: for the origin of that URL.
        limits: of time and number; sizes are the caller's.
        certificates: a file of certificate authorities to trust instead of the usual ones.
        clock: gives the time in UTC, for a ``Retry-After`` that is a date.

    Raises:
        UsageError: if the certificates or the proxies of the environment cannot be used.
    """

    def __init__(
        self,
        index: str,
        credentials: Credentials | None,
        limits: Limits,
        *,
        certificates: str | None = None,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._origin = origin(index)
        self._auth = (
            httpx.BasicAuth(credentials.user, credentials.password) if credentials else None
        )
        self._limits = limits
        self._clock = clock
        timeout = httpx.Timeout(limits.idle_seconds, connect=limits.connect_seconds)
        try:
            self._client = httpx.AsyncClient(
                verify=trusted(certificates),
                timeout=timeout,
                follow_redirects=False,
                limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
                headers={"User-Agent": f"airlock/{__version__}"},
            )
        except (ValueError, httpx.InvalidURL) as error:
            raise UsageError(
                f"the proxy settings of the environment cannot be used: {error}",
                hint="Look at HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.",
            ) from error

    async def aclose(self) -> None:
        """Give back all connections."""
        await self._client.aclose()

    @contextlib.asynccontextmanager
    async def get(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """Ask for a URL; the status is 2xx, 304, 404 or 410, the body is still to be read.

        Raises:
            UpstreamUnavailable: if it answers anything else or does not answer.
        """
        async with self._ask("GET", url, headers, None) as response:
            yield response

    @contextlib.asynccontextmanager
    async def post(
        self, url: str, headers: Mapping[str, str], content: bytes
    ) -> AsyncIterator[httpx.Response]:
        """Send a question that is no address; as ``get``.

        Raises:
            UpstreamUnavailable: if it answers anything else or does not answer.
        """
        async with self._ask("POST", url, headers, content) as response:
            yield response

    @contextlib.asynccontextmanager
    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> AsyncIterator[httpx.Response]:
        for _ in range(self._limits.redirects + 1):
            auth = self._auth if origin(url) == self._origin else None
            with ours(url):
                async with self._client.stream(
                    method, url, headers=headers, auth=auth, content=content
                ) as response:
                    target = self._redirect(url, response)
                    if target is None:
                        self._judge(url, response)
                        yield response
                        return
            url = target
        raise UpstreamUnavailable(
            f"{_shown(url)} is behind more than {self._limits.redirects} redirects"
        )

    def _redirect(self, url: str, response: httpx.Response) -> str | None:
        if response.status_code not in _REDIRECTS:
            return None
        return followed(url, response.headers.get("Location", ""))

    def _judge(self, url: str, response: httpx.Response) -> None:
        status = response.status_code
        if response.is_success or status in {304, 404, 410}:
            return
        hint = ""
        if status in _NOT_LET_IN:
            hint = (
                "The index asks for credentials: put them into its URL as https://user:password@…"
            )
        after = self._retry_after(response) if status in _PASSING else None
        raise UpstreamUnavailable(f"{_shown(url)} answered {status}", hint=hint, retry_after=after)

    def _retry_after(self, response: httpx.Response) -> float:
        """Return how long the answer asks us to wait, in seconds (RFC 9110, 10.2.3)."""
        text = response.headers.get("Retry-After", "0")
        if text.isascii() and text.isdigit():
            return float(text[:6])
        try:
            when = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return 0.0
        return max(0.0, (when.astimezone(dt.UTC) - self._clock()).total_seconds())


@contextlib.contextmanager
def ours(url: str) -> Iterator[None]:
    """Turn what the client raises into our errors.

    Raises:
        UpstreamUnavailable: with ``retry_after`` if another try may succeed.
    """
    try:
        yield
    except httpx.TimeoutException as error:
        raise UpstreamUnavailable(
            f"{_shown(url)} does not answer in time", retry_after=0
        ) from error
    except httpx.ConnectError as error:
        raise UpstreamUnavailable(
            f"{_shown(url)} cannot be reached: {without_credentials(str(error))}", retry_after=0
        ) from error
    except httpx.TransportError as error:
        what = without_credentials(str(error)) or type(error).__name__
        raise UpstreamUnavailable(f"{_shown(url)} broke off: {what}", retry_after=0) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        what = without_credentials(str(error)) or type(error).__name__
        raise UpstreamUnavailable(f"{_shown(url)} gave no sensible answer: {what}") from error


def trusted(certificates: str | None) -> ssl.SSLContext:
    """Return what to trust: the given file, else the system's and certifi's authorities together.

    Together, because a company's own authority is in the system's store, and a slim container has
    no such store.

    Raises:
        UsageError: if the file holds no certificates.
    """
    if certificates is None:
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
        return context
    try:
        return ssl.create_default_context(cafile=certificates)
    except OSError as error:
        raise UsageError(
            f"{certificates} holds no certificates: {error}",
            hint="PIP_CERT, SSL_CERT_FILE, REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names it.",
        ) from error


def _shown(url: str) -> str:
    """Return a URL for a message; queries hold the signatures of pre-signed URLs."""
    return without_credentials(url).partition("?")[0].partition("#")[0]
