"""What machines can ask this gate for, as an OpenAPI document (3.1): ``/openapi.json``.

Written by hand, for it is a promise: a test asks everything in it, in all the ways that it allows
and in many that it does not, and expects no answer that says that the gate failed; another holds it
against the routes of the application.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from airlock import __version__
from airlock.gate.index.openapi_parts import NAME, SHA256, TEXT, an_object, answers, change, get
from airlock.gate.index.openapi_review import review_paths
from airlock.model import Severity
from airlock.model.access import Action, Role

_SIMPLE = ("application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.v1+html")
_STATUSES = ["active", "archived", "quarantined", "deprecated"]


_YANK = an_object(["version"], version=TEXT, filename=TEXT, reason=TEXT)
_MARKING = an_object(["status"], status={"type": "string", "enum": _STATUSES}, reason=TEXT)
_CLAIM = an_object(
    ["name", "by", "reason"], name=TEXT, by=TEXT, reason=TEXT, owner=TEXT, organisation=TEXT
)
_UNCLAIM = an_object(["name", "by", "reason"], name=TEXT, by=TEXT, reason=TEXT)


def _upload() -> dict[str, Any]:
    form = {
        "type": "object",
        "required": [":action", "name", "version", "metadata_version", "content"],
        "properties": {
            ":action": {"type": "string", "enum": ["file_upload"]},
            "protocol_version": {"type": "string", "enum": ["1"]},
            "name": NAME,
            "version": TEXT,
            "metadata_version": TEXT,
            "filetype": {"type": "string", "enum": ["bdist_wheel", "sdist"]},
            "sha256_digest": SHA256,
            "attestations": TEXT,
            "gpg_signature": TEXT,
            "content": {"type": "string", "contentMediaType": "application/octet-stream"},
        },
    }
    return {
        "summary": "Upload one file (the legacy API of twine, uv, flit, poetry and hatch).",
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
        "responses": answers(200, 400, 409, 413),
        "security": [{"basic": []}, {"token": []}],
    }


def _paths() -> dict[str, Any]:
    project = get("The files of a project (PEP 691, 503).", 301, 304, 406, 502, project=NAME)
    project["responses"]["200"]["content"] = {kind: {} for kind in _SIMPLE}
    file = get("A vetted file.", 206, 304, 416, 502, sha256=SHA256, filename=TEXT)
    return {
        "/simple/": {"get": get("The projects that are known here.", 304, 406)},
        "/simple/namespaces": {"get": get("The reserved prefixes (PEP 752).")},
        "/simple/namespace/{name}": {"get": get("A reserved prefix (PEP 752).", name=NAME)},
        "/simple/{project}/": {"get": project},
        "/files/{sha256}/{filename}": {"get": file},
        "/integrity/{project}/{version}/{filename}/provenance": {
            "get": get(
                "What came with a file to show who published it, verified (PEP 740).",
                502,
                project=NAME,
                version=TEXT,
                filename=TEXT,
            )
        },
        "/pypi/{project}/json": {"get": get("A project.", 502, project=NAME)},
        "/pypi/{project}/{version}/json": {
            "get": get("A release.", 502, project=NAME, version=TEXT)
        },
        "/legacy/": {"post": _upload()},
        **_projects(),
        **_accounts(),
        **_machines(),
        **_signed(),
        **_browsers(),
        **review_paths(),
        "/verdicts/{sha256}": {"get": get("The verdict on a file.", sha256=SHA256)},
        "/names/{project}": {
            "get": get("What is thought of a name, and whose it is.", project=NAME)
        },
        "/openapi.json": {"get": get("This document.")},
        "/health": {"get": get("Whether the gate works.")},
    }


def _projects() -> dict[str, Any]:
    return {
        "/api/projects/{project}/yanks": {
            "post": change("Yank (PEP 592).", _YANK, project=NAME),
            "delete": change("Take a yank back.", _YANK, project=NAME),
        },
        "/api/projects/{project}/status": {
            "put": change("Mark a project (PEP 792).", _MARKING, project=NAME)
        },
        "/api/projects/{project}/files/{filename}": {
            "delete": change("Offer a hosted file no more.", None, project=NAME, filename=TEXT)
        },
        "/api/names/{project}": {"get": get("To whom a name belongs.", project=NAME)},
        "/api/names": {
            "post": change("Claim a name or a prefix (PEP 752).", _CLAIM, 201, 409),
            "delete": change("Give a claim back.", _UNCLAIM, 409),
        },
    }


_ROLES = {"type": "string", "enum": [role.value for role in Role]}
_ACTIONS = {"type": "string", "enum": [action.value for action in Action]}
_ACCOUNT = an_object(["name"], name=TEXT, title=TEXT, password=TEXT)
_ROLE = an_object(["account", "role", "scope"], account=TEXT, role=_ROLES, scope=TEXT)
_TOKEN = an_object(
    ["description", "actions", "scopes"],
    description=TEXT,
    actions={"type": "array", "items": _ACTIONS},
    scopes={"type": "array", "items": TEXT},
    account=TEXT,
    days={"type": ["number", "null"]},
)
_HOOK = an_object(["url"], url=TEXT, kinds={"type": "array", "items": TEXT})
_PUBLISHER = an_object(
    ["project", "provider", "repository", "workflow"],
    project=TEXT,
    provider={"type": "string", "enum": ["github", "gitlab"]},
    repository=TEXT,
    workflow=TEXT,
    environment=TEXT,
    owner_id=TEXT,
    issuer=TEXT,
)


def _accounts() -> dict[str, Any]:
    changed = an_object([], disabled={"type": "boolean"}, password=TEXT)
    member = {"team": TEXT, "user": TEXT}
    return {
        "/api/whoami": {"get": get("Who asks, and what they may.")},
        "/api/users": {
            "get": get("The users."),
            "post": change("Add a user.", _ACCOUNT, 201, 409),
        },
        "/api/teams": {
            "get": get("The teams."),
            "post": change("Add a team.", _ACCOUNT, 201, 409),
        },
        "/api/accounts/{name}": {
            "patch": change("Put out of use, set a password.", changed, 204, name=TEXT)
        },
        "/api/teams/{team}/members": {"get": get("Who is in a team.", 400, team=TEXT)},
        "/api/teams/{team}/members/{user}": {
            "put": change("Put a user into a team.", None, 204, **member),
            "delete": change("Take a user out of a team.", None, 204, **member),
        },
        "/api/roles": {
            "get": get("The roles that one may give."),
            "put": change("Give a role.", _ROLE),
            "delete": change("Take a role.", _ROLE),
        },
    }


def _machines() -> dict[str, Any]:
    assertion = change("A token for what an issuer says.", an_object(["token"], token=TEXT), 422)
    return {
        "/api/tokens": {
            "get": get("One's own tokens; for administrators all."),
            "post": change("Make a token.", _TOKEN, 201),
        },
        "/api/tokens/{id}": {"delete": change("End a token.", None, 204, id=TEXT)},
        "/api/log": {"get": get("Entries of the log.", 400)},
        "/api/webhooks": {
            "get": get("Who is told of entries of the log."),
            "post": change("Tell somebody; the secret that signs is shown this once.", _HOOK, 201),
        },
        "/api/webhooks/{id}": {"delete": change("Tell somebody no more.", None, 204, id=TEXT)},
        "/api/webhooks/deliveries": {"get": get("The last attempts to deliver.")},
        "/api/publishers": {
            "get": get("The trusted publishers."),
            "post": change("Add a publisher.", _PUBLISHER, 201),
        },
        "/api/publishers/{id}": {"delete": change("Remove a publisher.", None, 204, id=TEXT)},
        "/_/oidc/audience": {"get": get("For whom a workflow asks its issuer for a token.")},
        "/_/oidc/mint-token": {"post": assertion},
        "/ready": {"get": get("Whether to send requests here.", 503)},
        "/metrics": {"get": get("What was counted, for Prometheus.")},
        "/alerts/{severity}.atom": {
            "get": get("A feed of what was held and refused.", severity={"enum": list(Severity)})
        },
    }


def _signed() -> dict[str, Any]:
    """Return the paths of releases that their developers sign; there if the gate signs."""
    targets = {"type": "object", "required": ["signed", "signatures"]}
    id_ = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
    begun = change(
        "Begin a signed release (PEP 480): its document.", targets, 201, 409, project=NAME
    )
    begun["responses"]["201"]["content"] = {
        "application/json": {
            "schema": an_object(
                ["transaction", "files"],
                transaction=id_,
                files={"type": "array", "items": TEXT},
            )
        }
    }
    return {
        "/api/signed/{project}": {"post": begun},
        "/api/signed/{project}/{id}": {
            "post": change(
                "Publish a signed release whose files have all arrived.",
                None,
                409,
                project=NAME,
                id=id_,
            ),
            "delete": change("Give a signed release up.", None, 204, project=NAME, id=id_),
        },
    }


def _browsers() -> dict[str, Any]:
    """Return the paths that answer scripts of this gate's own pages (WebAuthn), and nobody else."""
    made = an_object(["title", "answer"], title=TEXT, answer=TEXT)
    return {
        "/account/factors/key": {"post": change("Add the key that a browser made.", made)},
        "/sign-in/key/request": {"post": change("What a browser asks its keys to sign.", None)},
        "/sign-in/key": {"post": change("What a key signed.", {"type": "object"})},
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
