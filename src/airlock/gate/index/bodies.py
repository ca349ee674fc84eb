"""JSON that clients send to the API, and the answers to it.

- A body is bounded, decoded by type, and refused with what is wrong; nothing of it is guessed.
- Errors are ``{"error": …, "hint": …}``: 400 for what makes no sense, 404 for what is not there,
  409 for what is taken, and for what somebody decided meanwhile.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from airlock.errors import InvalidRequest, NameTaken, Outdated, TargetNotFound, UsageError

T = TypeVar("T")

_LARGEST_BODY_BYTES = 64 * 1024
_TOO_LARGE = 413


async def body(request: Request) -> bytes | None:
    """Return the body, or ``None`` if it is too large to be one of ours."""
    read = b""
    async for piece in request.stream():
        read += piece
        if len(read) > _LARGEST_BODY_BYTES:
            return None
    return read


async def answered(
    act: Callable[[T], Any], given: bytes | None, kind: type[T], code: int
) -> Response:
    """Decode a body, act on it in a thread, and answer with what came of it as JSON.

    Args:
        act: takes the decoded body and returns what JSON has.
        given: the body.
        kind: what it has to be.
        code: of success.
    """
    if given is None:
        return JSONResponse({"error": "the body is too large", "hint": ""}, _TOO_LARGE)
    try:
        asked = msgspec.json.decode(given, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return JSONResponse({"error": str(error), "hint": ""}, 400)
    return await done(lambda: act(asked), code)


async def done(act: Callable[[], Any], code: int = 200) -> Response:
    """Act in a thread, and answer with what came of it as JSON; with nothing if it is ``None``."""
    try:
        came = await anyio.to_thread.run_sync(act)
    except (UsageError, UnicodeError) as error:
        hint = error.hint if isinstance(error, UsageError) else ""
        return JSONResponse({"error": str(error), "hint": hint}, _status(error))
    return Response(status_code=204) if came is None else JSONResponse(came, code)


def _status(error: Exception) -> int:
    if isinstance(error, NameTaken | Outdated):
        return 409
    return 404 if isinstance(error, TargetNotFound) else 400


async def decoded(request: Request, kind: type[T]) -> T:
    """Return what the body of a request says.

    Raises:
        InvalidRequest: if it is too large, no JSON, or something else than is asked for.
    """
    given = await body(request)
    if given is None:
        raise InvalidRequest(f"the body is larger than {_LARGEST_BODY_BYTES:,} bytes")
    try:
        return msgspec.json.decode(given, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(f"the body is not what is asked for: {error}") from error
