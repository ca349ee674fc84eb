"""An S3-compatible object store with nothing in it, on loopback or an address: moto's server."""

import logging
import uuid
from types import TracebackType
from typing import Self

# Anything will do, but something must be there.
_KEYS = {"AWS_ACCESS_KEY_ID": "example", "AWS_SECRET_ACCESS_KEY": "example"}


class S3:
    """A server that runs between ``with`` and its end, in a thread of this process.

    Args:
        address: of this machine, where it listens.
    """

    def __init__(self, address: str = "127.0.0.1") -> None:
        self._address = address

    def __enter__(self) -> Self:
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address=self._address, port=0, verbose=False)
        self._server.start()
        _, port = self._server.get_host_and_port()
        self.endpoint = f"http://{self._address}:{port}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What an operator sets, so that Airlock finds this server."""
        return {
            **_KEYS,
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
        }

    def bucket(self) -> str:
        """Make a bucket; return the URL of a folder in it."""
        import httpx

        name = f"airlock-{uuid.uuid4().hex}"
        httpx.put(f"{self.endpoint}/{name}", timeout=60).raise_for_status()
        return f"s3://{name}/gate"
