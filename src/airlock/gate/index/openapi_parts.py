"""What every part of the OpenAPI document is made of."""

from typing import Any

TEXT = {"type": "string"}
NAME = {"type": "string", "pattern": "^([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])$"}
SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def answers(*codes: int) -> dict[str, Any]:
    """Return the answers that a request may get, by their codes."""
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


def _in_path(**schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parameters in a path."""
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in schemas.items()
    ]


def get(summary: str, *codes: int, **parameters: dict[str, Any]) -> dict[str, Any]:
    """Return a request that reads."""
    return {
        "summary": summary,
        "parameters": _in_path(**parameters),
        "responses": answers(200, 404, *codes),
    }


def change(
    summary: str, body: dict[str, Any] | None, *codes: int, **parameters: dict[str, Any]
) -> dict[str, Any]:
    """Return a request that changes something."""
    made: dict[str, Any] = {
        "summary": summary,
        "parameters": _in_path(**parameters),
        "responses": answers(200, 400, 404, *codes),
        "security": [{"token": []}, {"basic": []}],
    }
    if body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made


def an_object(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object."""
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }
