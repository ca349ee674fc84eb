"""The review and the decisions above verdicts, in the OpenAPI document."""

from typing import Any

from airlock.gate.index.openapi_parts import NAME, SHA256, TEXT, an_object, change, get
from airlock.model.mail import CHOICES, MailState
from airlock.model.review import About, Order
from airlock.model.waiver import Reach

_DECISION = an_object(
    ["decision", "reason"],
    decision={"type": "string", "enum": ["approve", "refuse", "waive"]},
    reason=TEXT,
    scope={"type": "string", "enum": [reach.value for reach in Reach]},
    check=TEXT,
    days={"type": "number", "exclusiveMinimum": 0},
)
_DECISIONS = an_object(
    ["decision", "reason", "subjects"],
    **_DECISION["properties"],
    subjects={"type": "array", "items": TEXT},
)
_QUESTION = an_object(["to", "question"], to=TEXT, question=TEXT)
_REASON = an_object(["reason"], reason=TEXT)
_MAIL = an_object([], key=TEXT)
_ADDRESS = an_object(["address"], address=TEXT)
_CODE = an_object(["code"], code=TEXT)
_KINDS = an_object(
    ["kinds"],
    kinds={"type": "array", "items": {"type": "string", "enum": [one.value for one in CHOICES]}},
)
_MAILS = {"state": {"type": "string", "enum": [state.value for state in MailState]}}
_IN_FORCE = "The decisions in force, or that ended; with limit or offset in pages, else a list."
_PAGED = {
    "limit": {"type": "integer", "minimum": 0},
    "offset": {"type": "integer", "minimum": 0},
}
_WAIVERS = {"state": {"type": "string", "enum": ["active", "ended"]}, "text": TEXT, **_PAGED}
_QUERY = {
    "decision": {"type": "string", "enum": ["hold", "refuse", "any"]},
    "text": TEXT,
    "check": TEXT,
    "campaign": TEXT,
    "assignee": TEXT,
    "proposed": {"type": "string", "enum": ["yes"]},
    "about": {"type": "string", "enum": [about.value for about in About]},
    "sort": {"type": "string", "enum": [order.value for order in Order]},
    **_PAGED,
}


def _chosen(request: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    chosen = [{"name": name, "in": "query", "schema": kind} for name, kind in query.items()]
    return request | {"parameters": [*request["parameters"], *chosen]}


def _of_one(path: str, what: str, **place: dict[str, Any]) -> dict[str, Any]:
    """Return the paths of one file or name under review."""
    decide = "Approve, refuse, or waive what a check found; a name is not waived by check."
    return {
        path: {"get": get(f"{what} under review: findings, steps, decisions.", **place)},
        f"{path}/decisions": {"post": change(decide, _DECISION, 201, 409, **place)},
        f"{path}/questions": {"post": change("Ask a colleague.", _QUESTION, 201, 409, **place)},
    }


def review_paths() -> dict[str, Any]:
    """Return the paths."""
    return {
        "/api/review": {"get": _chosen(get("What waits for a person.", 400), _QUERY)},
        "/api/review/groups": {"get": _chosen(get("The campaigns in it.", 400), _QUERY)},
        "/api/review/decisions": {
            "post": change("Decide the same about many; the answer tells of each.", _DECISIONS)
        },
        **_of_one("/api/review/{sha256}", "A file", sha256=SHA256),
        **_of_one("/api/review/names/{project}", "A name", project=NAME),
        "/api/review/steps/{id}/confirm": {
            "post": change("Agree, as the second person.", _REASON, 201, 409, id=TEXT)
        },
        "/api/review/steps/{id}/undo": {
            "post": change("Take a step back.", _REASON, 201, 409, id=TEXT)
        },
        "/api/mail": {"get": _chosen(get("Mail that was given up, waits or was sent."), _MAILS)},
        "/api/mail/again": {"post": change("Send what was given up once more.", _MAIL, 204)},
        "/api/account/mail": {
            "get": get("Which mail one gets.", 403),
            "put": change("Set an address; a code is sent there.", _ADDRESS),
            "patch": change("Set which mail one gets.", _KINDS),
            "delete": change("Send nothing more.", None, 204),
        },
        "/api/account/mail/confirm": {"post": change("Confirm the address by its code.", _CODE)},
        "/api/waivers": {"get": _chosen(get(_IN_FORCE, 400), _WAIVERS)},
        "/api/waivers/{id}": {
            "delete": change("End a decision before its time.", _REASON, 204, id=TEXT)
        },
    }
