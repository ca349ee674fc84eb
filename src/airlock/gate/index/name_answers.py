"""Answers about names: documents for machines, and refusals that say whose."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from airlock.gate.index.answers import SECURITY, base, error_page, wants_json
from airlock.gate.index.reason import HEADER
from airlock.gate.names import NameRuling
from airlock.model.ownership import Holding
from airlock.report import reason_phrase
from airlock.report.names import holding_document, name_document

_MOVED = "Was the upstream replaced? Then: airlock name owner move OLD NEW."


def document(ruling: NameRuling) -> Response:
    """Return to whom a name belongs, and what its checks say."""
    told = holding_document(ruling.holding)
    told["verdict"] = name_document(ruling.verdict)
    told["decision"] = ruling.decision.word
    return JSONResponse(told, headers={**SECURITY, "cache-control": "no-store"})


def not_served(request: Request, holding: Holding) -> Response:
    """Return 404 for a name that this gate must not ask of its upstream."""
    if holding.owner.here:
        reason = f"{holding.project} belongs to this index; it hosts no release of it"
        hint = f"{holding.why}."
    else:
        reason = f"{holding.project} belongs to {holding.owner}, which this gate does not ask"
        hint = _MOVED
    headers = _headers(request, holding, reason)
    if wants_json(request):
        told = {"error": reason, "hint": hint, **holding_document(holding)}
        return JSONResponse(told, 404, headers=headers)
    return error_page(request, 404, headers, message=reason, hint=hint)


def refused(request: Request, ruling: NameRuling) -> Response:
    """Return 403 for a name that its checks do not let in."""
    reason = f"Airlock {ruling.headline}"
    headers = _headers(request, ruling.holding, reason)
    if wants_json(request):
        told = {
            "decision": ruling.decision.word,
            "reason": ruling.headline,
            "evidence": _about(request, ruling.holding),
            **holding_document(ruling.holding),
        }
        return JSONResponse(told, 403, headers=headers)
    hint = f"The evidence: {_about(request, ruling.holding)}"
    return error_page(request, 403, headers, message=reason, hint=hint)


def _headers(request: Request, holding: Holding, reason: str) -> dict[str, str]:
    return {
        **SECURITY,
        HEADER: reason_phrase(reason),
        "link": f'<{_about(request, holding)}>; rel="describedby"',
        "cache-control": "no-store",
    }


def _about(request: Request, holding: Holding) -> str:
    return f"{base(request)}/names/{holding.project}"
