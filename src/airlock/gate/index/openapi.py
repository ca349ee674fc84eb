"""What machines can ask this gate for, as an OpenAPI document (3.1): ``/openapi.json``.

Written by hand, for it is a promise: a test asks everything in it, in all the ways that it allows
and in many that it does not, and expects no answer that says that the gate failed.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from airlock import __version__
from airlock.model.access import Action, Role

_SIMPLE = ("application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.v1+html")
_TEXT = {"type": "string"}
_NAME = {"type": "string", "pattern": "^([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])$"}
_SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_STATUSES = ["active", "archived", "quarantined", "deprecated"]


def _answers(*codes: int) -> dict[str, Any]:
    told = {
        200: "Done.",
        201: "Recorded.",
        204: "Done, with nothing to say.",
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
        422: "No token for this; the body says why.",
        429: "Too many wrong credentials.",
        503: "Not ready.",
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
        **_people(),
        "/verdicts/{sha256}": {"get": _get("The verdict on a file.", sha256=_SHA256)},
        "/health": {"get": _get("Whether the gate works.")},
    }


_ROLES = {"type": "string", "enum": [role.value for role in Role]}
_ACTIONS = {"type": "string", "enum": [action.value for action in Action]}
_ACCOUNT = _object(["name"], name=_TEXT, title=_TEXT, password=_TEXT)
_ROLE = _object(["account", "role", "scope"], account=_TEXT, role=_ROLES, scope=_TEXT)
_TOKEN = _object(
    ["description", "actions", "scopes"],
    description=_TEXT,
    actions={"type": "array", "items": _ACTIONS},
    scopes={"type": "array", "items": _TEXT},
    account=_TEXT,
    days={"type": ["number", "null"]},
)
_PUBLISHER = _object(
    ["project", "provider", "repository", "workflow"],
    project=_TEXT,
    provider={"type": "string", "enum": ["github", "gitlab"]},
    repository=_TEXT,
    workflow=_TEXT,
    environment=_TEXT,
    owner_id=_TEXT,
    issuer=_TEXT,
)


def _people() -> dict[str, Any]:
    change = _object([], disabled={"type": "boolean"}, password=_TEXT)
    member = {"team": _TEXT, "user": _TEXT}
    assertion = _change("A token for what an issuer says.", _object(["token"], token=_TEXT), 422)
    return {
        "/api/whoami": {"get": _get("Who asks, and what they may.")},
        "/api/users": {
            "get": _get("The users."),
            "post": _change("Add a user.", _ACCOUNT, 201, 409),
        },
        "/api/teams": {
            "get": _get("The teams."),
            "post": _change("Add a team.", _ACCOUNT, 201, 409),
        },
        "/api/accounts/{name}": {
            "patch": _change("Put out of use, set a password.", change, 204, name=_TEXT)
        },
        "/api/teams/{team}/members": {"get": _get("Who is in a team.", 400, team=_TEXT)},
        "/api/teams/{team}/members/{user}": {
            "put": _change("Put a user into a team.", None, 204, **member),
            "delete": _change("Take a user out of a team.", None, 204, **member),
        },
        "/api/roles": {
            "get": _get("The roles that one may give."),
            "put": _change("Give a role.", _ROLE),
            "delete": _change("Take a role.", _ROLE),
        },
        "/api/tokens": {
            "get": _get("One's own tokens; for administrators all."),
            "post": _change("Make a token.", _TOKEN, 201),
        },
        "/api/tokens/{id}": {"delete": _change("End a token.", None, 204, id=_TEXT)},
        "/api/log": {"get": _get("Entries of the log.", 400)},
        "/api/publishers": {
            "get": _get("The trusted publishers."),
            "post": _change("Add a publisher.", _PUBLISHER, 201),
        },
        "/api/publishers/{id}": {"delete": _change("Remove a publisher.", None, 204, id=_TEXT)},
        "/_/oidc/audience": {"get": _get("For whom a workflow asks its issuer for a token.")},
        "/_/oidc/mint-token": {"post": assertion},
        "/ready": {"get": _get("Whether to send requests here.", 503)},
        "/metrics": {"get": _get("What was counted, for Prometheus.")},
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
