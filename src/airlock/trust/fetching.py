"""How a client loads metadata and targets: within bounds of size, time and speed.

- TUF decides what is accepted; this decides only how long and how much is listened to: endless data
  and slow retrieval (PEP 458, appendix; TUF 5.1) end here.
- Nothing else is trusted: no redirect is followed to another scheme, and certificates are checked,
  but whoever holds a certificate gains nothing by it.
- Compressed answers are unpacked piece by piece, and it is the unpacked size that has the bound.
"""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec
from tuf.api.exceptions import DownloadError, DownloadHTTPError, SlowRetrievalError
from tuf.ngclient import FetcherInterface

from airlock import __version__

if TYPE_CHECKING:
    import ssl

    import httpx

_PIECE_BYTES = 64 * 1024
_AN_ERROR = 400


class Bounds(msgspec.Struct, frozen=True):
    """How much patience a client has."""

    silence_seconds: float = 20.0
    """Between two pieces, and for a connection."""
    grace_seconds: float = 20.0
    """Before an average speed means anything."""
    bytes_per_second: int = 2_000
    """The slowest average that is listened to; an honest mirror is a thousand times as fast."""


class BoundedFetcher(FetcherInterface):
    """Loads over HTTP.

    Args:
        bounds: of patience.
        headers: that are sent along, such as a token.
        certificates: a file of certificate authorities to trust instead of the system's.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        bounds: Bounds | None = None,
        headers: dict[str, str] | None = None,
        certificates: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        import httpx

        self._bounds = bounds or Bounds()
        self._clock = clock
        self.received = 0
        """Bytes on the wire, of bodies, since the beginning."""
        self.requests = 0
        self._client = httpx.Client(
            timeout=self._bounds.silence_seconds,
            headers={"user-agent": f"airlock/{__version__}", **(headers or {})},
            verify=_context(certificates),
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _fetch(self, url: str) -> Iterator[bytes]:
        import httpx

        self.requests += 1
        request = self._client.build_request("GET", url)
        try:
            response = self._client.send(request, stream=True)
        except httpx.TimeoutException as error:
            raise SlowRetrievalError(f"{url} does not answer") from error
        except httpx.HTTPError as error:
            raise DownloadError(f"{url} cannot be reached: {error}") from error
        if response.status_code >= _AN_ERROR or response.is_redirect:
            reason = response.reason_phrase
            response.close()
            raise DownloadHTTPError(f"{url}: {response.status_code} {reason}", response.status_code)
        return self._pieces(url, response)

    def _pieces(self, url: str, response: "httpx.Response") -> Iterator[bytes]:
        import httpx

        begun, got = self._clock(), 0
        try:
            for piece in response.iter_bytes(_PIECE_BYTES):
                got += len(piece)
                yield piece
                self._judge_speed(url, got, self._clock() - begun)
        except httpx.TimeoutException as error:
            raise SlowRetrievalError(f"{url} stopped after {got} bytes") from error
        except httpx.HTTPError as error:
            raise DownloadError(f"{url} broke off after {got} bytes: {error}") from error
        finally:
            self.received += response.num_bytes_downloaded
            response.close()

    def _judge_speed(self, url: str, got: int, seconds: float) -> None:
        late = seconds - self._bounds.grace_seconds
        if late > 0 and got < late * self._bounds.bytes_per_second:
            raise SlowRetrievalError(f"{url} gave {got} bytes in {seconds:.0f} seconds")


def _context(certificates: str | None) -> "ssl.SSLContext":
    import ssl

    return ssl.create_default_context(cafile=certificates)
