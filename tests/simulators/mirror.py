"""A static host of a TUF repository, on loopback."""

import ssl

from airlock.trust.workspace import Workspace
from tests.simulators.upstream_server import Answer, Asked, LoopbackServer


class Mirror:
    """A static host of a repository, which may be told to be hostile."""

    def __init__(
        self,
        workspace: Workspace,
        targets: dict[str, bytes],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.workspace = workspace
        self.targets = targets
        self.changed: dict[str, Answer] = {}
        self.asked: list[str] = []
        self._tls = tls
        self._server = LoopbackServer(self._answer, tls)

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._server.port}/tuf/"

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def honest(self, name: str) -> bytes | None:
        if name.startswith("metadata/"):
            return self.workspace.metadata.get(name.removeprefix("metadata/"))
        folder, _, file = name.removeprefix("targets/").rpartition("/")
        return self.targets.get(f"{folder}/{file.partition('.')[2]}")

    def _answer(self, asked: Asked) -> Answer:
        name = asked.path.removeprefix("/tuf/")
        self.asked.append(name)
        if name in self.changed:
            return self.changed[name]
        data = self.honest(name)
        return Answer(404) if data is None else Answer(body=data)

    @staticmethod
    def answer(data: bytes | None) -> Answer:
        """Return the answer that holds a document."""
        return Answer(404) if data is None else Answer(body=data)
