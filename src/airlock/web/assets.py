"""What pages load, from this package; a name is for the same bytes for ever (``frame.assets``)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import TargetNotFound
from airlock.gate.index.answers import SECURITY
from airlock.report.frame.assets import every_asset


def asset_routes() -> list[Route]:
    """Return the routes."""
    return [Route("/static/{name}", _asset)]


async def _asset(request: Request) -> Response:
    for one in every_asset().values():
        if one.path == request.url.path:
            headers = {"cache-control": "public, max-age=31536000, immutable", **SECURITY}
            return Response(one.body, headers=headers, media_type=one.media_type)
    raise TargetNotFound("there is no such file of this version of Airlock")
