"""The review and the decisions above verdicts, in the OpenAPI document."""

from typing import Any

from airlock.gate.index.openapi_parts import SHA256, TEXT, an_object, change, get
from airlock.model.review import Order
from airlock.model.waiver import Reach

_DECISION = an_object(
    ["decision", "reason"],
    decision={"type": "string", "enum": ["approve", "refuse", "waive"]},
    reason=TEXT,
    scope={"type": "string", "enum": [reach.value for reach in Reach]},
    check=TEXT,
    days={"type": "number", "exclusiveMinimum": 0},
)
_QUESTION = an_object(["to", "question"], to=TEXT, question=TEXT)
_REASON = an_object(["reason"], reason=TEXT)
_QUERY = {
    "decision": {"type": "string", "enum": ["hold", "refuse", "any"]},
    "text": TEXT,
    "check": TEXT,
    "campaign": TEXT,
    "assignee": TEXT,
    "proposed": {"type": "string", "enum": ["yes"]},
    "sort": {"type": "string", "enum": [order.value for order in Order]},
    "limit": {"type": "integer", "minimum": 0},
    "offset": {"type": "integer", "minimum": 0},
}


def _selecting(request: dict[str, Any]) -> dict[str, Any]:
    chosen = [{"name": name, "in": "query", "schema": kind} for name, kind in _QUERY.items()]
    return request | {"parameters": [*request["parameters"], *chosen]}


def review_paths() -> dict[str, Any]:
    """Return the paths."""
    return {
        "/api/review": {"get": _selecting(get("What waits for a person.", 400))},
        "/api/review/groups": {"get": _selecting(get("The campaigns in it.", 400))},
        "/api/review/{sha256}": {
            "get": get("A file under review: findings, steps, decisions.", sha256=SHA256)
        },
        "/api/review/{sha256}/decisions": {
            "post": change(
                "Approve, refuse, or waive what a check found.",
                _DECISION,
                *(201, 409),
                sha256=SHA256,
            )
        },
        "/api/review/{sha256}/questions": {
            "post": change("Ask a colleague.", _QUESTION, 201, 409, sha256=SHA256)
        },
        "/api/review/steps/{id}/confirm": {
            "post": change("Agree, as the second person.", _REASON, 201, 409, id=TEXT)
        },
        "/api/review/steps/{id}/undo": {
            "post": change("Take a step back.", _REASON, 201, 409, id=TEXT)
        },
        "/api/waivers": {"get": get("The decisions in force.")},
        "/api/waivers/{id}": {
            "delete": change("End a decision before its time.", _REASON, 204, id=TEXT)
        },
    }
