"""What machines can ask this gate for, as an OpenAPI document (3.1): ``/openapi.json``.

Written by hand, for it is a promise: a test asks everything in it, in all the ways that it allows
and in many that it does not, and expects no answer that says that the gate failed.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from airlock import __version__

_SIMPLE = ("application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.v1+html")
_TEXT = {"type": "string"}
_NAME = {"type": "string", "pattern": "^([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])$"}
_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_STATUSES = ["active", "archived", "quarantined", "deprecated"]


def _answers(*codes: int) -> dict[str, Any]:
    told = {
        200: "Done.",
        201: "Recorded.",
        206: "A part of the file.",
        301: "At its one spelling.",
        304: "As it was.",
        400: "The request says nothing sensible; the body says why.",
        401: "Say who you are.",
        403: "Refused: by the door, whose verdict is in the reason phrase, or for lack of a right.",
        404: "Not here.",
        406: "No such form.",
        409: "The name belongs to somebody else.",
        413: "Too large.",
        416: "No such range.",
        429: "Too many wrong credentials.",
        502: "The upstream gave no answer, or a wrong one.",
    }
    return {str(code): {"description": told[code]} for code in sorted({*codes, 401, 403, 429})}


def _parameters(**schemas: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in schemas.items()
    ]


def _get(summary: str, *codes: int, **parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        "parameters": _parameters(**parameters),
        "responses": _answers(200, 404, *codes),
    }


def _change(
    summary: str, body: dict[str, Any] | None, *codes: int, **parameters: dict[str, Any]
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "summary": summary,
        "parameters": _parameters(**parameters),
        "responses": _answers(200, 400, 404, *codes),
        "security": [{"token": []}, {"basic": []}],
    }
    if body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made


def _object(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


_YANK = _object(["version"], version=_TEXT, filename=_TEXT, reason=_TEXT)
_MARKING = _object(["status"], status={"type": "string", "enum": _STATUSES}, reason=_TEXT)
_CLAIM = _object(
    ["name", "by", "reason"], name=_TEXT, by=_TEXT, reason=_TEXT, owner=_TEXT, organisation=_TEXT
)
_UNCLAIM = _object(["name", "by", "reason"], name=_TEXT, by=_TEXT, reason=_TEXT)


def _upload() -> dict[str, Any]:
    form = {
        "type": "object",
        "required": [":action", "name", "version", "metadata_version", "content"],
        "properties": {
            ":action": {"type": "string", "enum": ["file_upload"]},
            "protocol_version": {"type": "string", "enum": ["1"]},
            "name": _NAME,
            "version": _TEXT,
            "metadata_version": _TEXT,
            "filetype": {"type": "string", "enum": ["bdist_wheel", "sdist"]},
            "sha256_digest": _SHA256,
            "attestations": _TEXT,
            "content": {"type": "string", "contentMediaType": "application/octet-stream"},
        },
    }
    return {
        "summary": "Upload one file (the legacy API of twine, uv, flit, poetry and hatch).",
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
        "responses": _answers(200, 400, 409, 413),
        "security": [{"basic": []}, {"token": []}],
    }


def _paths() -> dict[str, Any]:
    project = _get("The files of a project (PEP 691, 503).", 301, 304, 406, 502, project=_NAME)
    project["responses"]["200"]["content"] = {kind: {} for kind in _SIMPLE}
    file = _get("A vetted file.", 206, 304, 416, 502, sha256=_SHA256, filename=_TEXT)
    return {
        "/simple/": {"get": _get("The projects that are known here.", 304, 406)},
        "/simple/{project}/": {"get": project},
        "/files/{sha256}/{filename}": {"get": file},
        "/integrity/{project}/{version}/{filename}/provenance": {
            "get": _get(
                "What came with a file to show who published it (PEP 740).",
                502,
                project=_NAME,
                version=_TEXT,
                filename=_TEXT,
            )
        },
        "/pypi/{project}/json": {"get": _get("A project.", 502, project=_NAME)},
        "/pypi/{project}/{version}/json": {
            "get": _get("A release.", 502, project=_NAME, version=_TEXT)
        },
        "/legacy/": {"post": _upload()},
        "/api/projects/{project}/yanks": {
            "post": _change("Yank (PEP 592).", _YANK, project=_NAME),
            "delete": _change("Take a yank back.", _YANK, project=_NAME),
        },
        "/api/projects/{project}/status": {
            "put": _change("Mark a project (PEP 792).", _MARKING, project=_NAME)
        },
        "/api/projects/{project}/files/{filename}": {
            "delete": _change("Offer a hosted file no more.", None, project=_NAME, filename=_TEXT)
        },
        "/api/names/{project}": {"get": _get("To whom a name belongs.", project=_NAME)},
        "/api/names": {
            "post": _change("Claim a name or a prefix (PEP 752).", _CLAIM, 201, 409),
            "delete": _change("Give a claim back.", _UNCLAIM, 409),
        },
        "/verdicts/{sha256}": {"get": _get("The verdict on a file.", sha256=_SHA256)},
        "/health": {"get": _get("Whether the gate works.")},
    }


def openapi() -> dict[str, Any]:
    """Return the document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Airlock, a package index that vets", "version": __version__},
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            }
        },
    }


async def document(_request: Request) -> Response:
    """Return the document."""
    return JSONResponse(openapi(), headers={"cache-control": "max-age=300"})
