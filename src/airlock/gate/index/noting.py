"""Notes who was handed which file, whichever way the file took.

Stands behind the entrance, so that who asks is known, and before everything that hands out bytes.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airlock.errors import AirlockError
from airlock.gate.index.entrance import account_of
from airlock.gate.servings import Servings
from airlock.model import ArtifactName, Sha256

_FILES = "/files/"
_METADATA = ".metadata"
# Also "not modified": whoever asks so has the file.
_HAS_IT = frozenset({200, 206, 304})


class Noting:
    """Watches answers.

    Args:
        app: that answers.
        servings: counts them.
    """

    def __init__(self, app: ASGIApp, servings: Servings) -> None:
        self._app = app
        self._servings = servings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the answer to a request for a file pass, and note it."""
        path: str = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(_FILES) or path.endswith(_METADATA):
            await self._app(scope, receive, send)
            return

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _HAS_IT:
                self._note(path.removeprefix(_FILES), scope)
            await send(message)

        await self._app(scope, receive, noted)

    def _note(self, rest: str, scope: Scope) -> None:
        digest, _, filename = rest.partition("/")
        agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
        client = scope.get("client")
        try:
            name = ArtifactName.parse(filename)
            sha256 = Sha256(digest)
        except AirlockError:
            return  # nothing of such a name is handed out
        self._servings.note(
            name, sha256, account_of(scope), client[0] if client else None, agent.decode("latin-1")
        )
