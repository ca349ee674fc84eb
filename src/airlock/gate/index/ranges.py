"""One range of bytes of a blob that is not on this machine (RFC 9110, 14)."""

import re

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from airlock.model import Sha256
from airlock.store import Blobs

_ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)
_TYPE = "application/octet-stream"


def stream_range(
    request: Request, blobs: Blobs, sha256: Sha256, headers: dict[str, str]
) -> Response:
    """Return a blob, or the one range of it that is asked for; several at once are not split."""
    size = blobs.size(sha256)
    headers = {**headers, "accept-ranges": "bytes"}
    asked = _ONE_RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    # A range of another version of the bytes is no use (RFC 9110, 13.1.5).
    other = request.headers.get("if-range", headers["etag"]) != headers["etag"]
    if asked is None or not (asked[1] or asked[2]) or other:
        headers["content-length"] = str(size)
        return StreamingResponse(blobs.stream(sha256), headers=headers, media_type=_TYPE)
    start, end = _bounds(asked[1], asked[2], size)
    if start >= end:
        return Response(status_code=416, headers={"content-range": f"bytes */{size}"})
    headers |= {
        "content-range": f"bytes {start}-{end - 1}/{size}",
        "content-length": str(end - start),
    }
    return StreamingResponse(blobs.stream(sha256, start, end), 206, headers, _TYPE)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if first:
        return int(first), min(int(last) + 1, size) if last else size
    return (max(0, size - int(last)), size) if last else (size, size)
