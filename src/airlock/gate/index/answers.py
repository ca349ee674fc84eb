"""Answers for people and for clients that are told no.

- A refusal has the verdict in its reason phrase, which clients show, and in its body the address of
  the page with the evidence.
- What a package controls gets into a page only through autoescaping templates, and into a header
  only as printable ASCII.
- Pages for people stand in the frame (``report.frame``), which shows each reader the places that
  they may go to.
"""

import math
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from airlock.errors import (
    AirlockError,
    DigestMismatch,
    FileExists,
    Forbidden,
    InvalidName,
    InvalidRequest,
    InvalidUpload,
    NameTaken,
    ProjectNotFound,
    SourceError,
    TooManyAttempts,
    Unauthenticated,
    UploadTooLarge,
    UsageError,
)
from airlock.gate.door import Ruling
from airlock.gate.index.asking import csrf_of, may, principal_of
from airlock.gate.index.reason import HEADER
from airlock.model import Decision
from airlock.report import printable, reason_phrase
from airlock.report.frame import POLICY, places_for, render

SECURITY = {
    "content-security-policy": POLICY,
    # Not "no-referrer": forms would then say that they come from nowhere (Origin: null).
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_FAILED = 500


def page(
    request: Request,
    template: str,
    code: int = 200,
    headers: dict[str, str] | None = None,
    *,
    package: str = "airlock.gate.index",
    **values: Any,
) -> Response:
    """Return a page for people, in the frame.

    Args:
        request: that it answers.
        template: of the page.
        code: the HTTP status.
        headers: beside those of every page.
        package: that has the template.
        values: for the template.
    """
    scope = request.scope
    principal = principal_of(scope)
    frame = {
        "places": places_for(lambda action: may(scope, action), principal.may_somewhere),
        "here": request.url.path,
        "person": principal.name,
        "csrf": csrf_of(scope),
    }
    body = render(package, template, **frame | values)
    # What is shown depends on who asks, and on what is known at this moment.
    kept = {"cache-control": "private, no-cache", "vary": "Cookie, Authorization"}
    return Response(
        body, code, headers={**SECURITY, **kept, **(headers or {})}, media_type="text/html"
    )


def wants_json(request: Request) -> bool:
    """Tell whether who asks is a machine."""
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


def base(request: Request) -> str:
    """Return the URL of this gate as the client knows it, without a slash at its end."""
    return f"{request.url.scheme}://{request.url.netloc}"


def refused(request: Request, ruling: Ruling) -> Response:
    """Return 403 with the verdict in the reason phrase and the way to the evidence."""
    evidence = f"{base(request)}{_evidence(ruling, request.url.path)}"
    word = ruling.decision.word if ruling.decision is not None else Decision.HOLD.word
    headers = {
        HEADER: reason_phrase(f"Airlock {ruling.headline}"),
        "link": f'<{evidence}>; rel="describedby"',
        "cache-control": "no-store",
    }
    if wants_json(request):
        document = {
            "decision": word,
            "reason": ruling.headline,
            "filename": ruling.asked.filename,
            "owner": ruling.holding.owner.word,
            "evidence": evidence,
        }
        return JSONResponse(document, 403, headers={**SECURITY, **headers})
    return page(request, "refused.html", 403, headers, ruling=ruling, word=word, evidence=evidence)


def _evidence(ruling: Ruling, path: str) -> str:
    """Return the path of the page with the evidence for a ruling."""
    if ruling.of_name:
        return f"/names/{ruling.asked.project}"
    # What was never examined, and need not be to be refused, has no page but the refusal itself.
    return path if ruling.advised else f"/verdicts/{ruling.asked.sha256}"


def not_acceptable() -> Response:
    """Return 406: the client accepts no form of the simple API."""
    return Response(
        "This index speaks PEP 691 JSON and PEP 503 HTML.\n", 406, media_type="text/plain"
    )


async def of_error(request: Request, error: Exception) -> Response:
    """Return what an error of ours is in HTTP, with its text as the reason phrase."""
    status = _status(error)
    message = str(error)
    hint = error.hint if isinstance(error, AirlockError) else ""
    headers = {HEADER: reason_phrase(message), "cache-control": "no-store", **_asking(error)}
    if isinstance(error, Unauthenticated) and _is_for_a_person(request):
        return RedirectResponse(f"/sign-in?{urlencode({'next': _here(request)})}", 303)
    if wants_json(request) or request.url.path.startswith("/api/"):
        document = {"error": message, "hint": hint}
        return JSONResponse(document, status, headers={**SECURITY, **headers})
    return error_page(request, status, headers, message=message, hint=hint)


def _is_for_a_person(request: Request) -> bool:
    """Tell whether a browser opens a page; installers ask for HTML, too, and want to hear 401."""
    opens = (
        request.headers.get("sec-fetch-mode") == "navigate"
        # Over plain HTTP browsers do not say what for; this they say only when they open a page.
        or request.headers.get("upgrade-insecure-requests") == "1"
    )
    anonymous = "authorization" not in request.headers
    return request.method == "GET" and opens and anonymous


def _here(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"


async def of_http_error(request: Request, error: Exception) -> Response:
    """Return what there is no route for: a page for people, one line for others."""
    status = error.status_code if isinstance(error, HTTPException) else _FAILED
    headers = dict(getattr(error, "headers", None) or {})
    if "text/html" not in request.headers.get("accept", ""):
        text = HTTPStatus(status).phrase
        return Response(text, status, headers=headers, media_type="text/plain")
    message = f"There is nothing at {request.url.path}"
    return error_page(request, status, headers, message=message, hint="")


async def of_failure(request: Request, _error: Exception) -> Response:
    """Return that the gate itself failed; what happened is in its log."""
    if "text/html" not in request.headers.get("accept", ""):
        return Response("Internal Server Error", _FAILED, media_type="text/plain")
    message = "Airlock failed at this page; what happened is in its log"
    return error_page(request, _FAILED, {}, message=message, hint="")


def error_page(
    request: Request, status: int, headers: dict[str, str], *, message: str, hint: str
) -> Response:
    """Return the page that says what is wrong and what to do about it."""
    told = {"title": _TITLES.get(status, "That went wrong"), "message": message, "hint": hint}
    return page(request, "error.html", status, headers, status=status, **told)


def uploaded(text: str) -> Response:
    """Return 200 for an upload that is in."""
    return Response(f"{text}\n", headers=SECURITY, media_type="text/plain")


def upload_refused(request: Request, ruling: Ruling) -> Response:
    """Return 403 with the verdict for an upload that the door does not let in."""
    evidence = f"{base(request)}/verdicts/{ruling.asked.sha256}"
    text = (
        f"Airlock {ruling.headline}\n\nThe evidence: {evidence}\n"
        "Nothing was published; the name of the file is still free. If the verdict is wrong, a "
        "reviewer waives it, and the same file can be uploaded again.\n"
    )
    headers = {**SECURITY, HEADER: reason_phrase(f"Airlock {ruling.headline}")}
    return Response(printable(text, keep_lines=True), 403, headers=headers, media_type="text/plain")


def of_upload_error(error: AirlockError) -> Response:
    """Return what an error of ours is to a tool that uploads."""
    headers = {**SECURITY, HEADER: reason_phrase(str(error)), **_asking(error)}
    text = printable(f"{error}\n{error.hint}\n", keep_lines=True)
    return Response(text, _status(error), headers=headers, media_type="text/plain")


def _asking(error: Exception) -> dict[str, str]:
    """Return the headers by which a client learns what to send, or when."""
    if isinstance(error, Unauthenticated):
        # Basic first: it is what installers and twine know.
        return {"www-authenticate": 'Basic realm="Airlock", charset="UTF-8", Bearer'}
    if isinstance(error, TooManyAttempts):
        return {"retry-after": str(math.ceil(error.retry_after))}
    return {}


_TITLES = {
    400: "That cannot be read",
    401: "Say who you are",
    403: "Not let in",
    404: "Not here",
    409: "That name is taken",
    413: "That is too large",
    429: "Too many attempts",
    500: "Airlock failed",
    502: "The upstream gave no good answer",
}
_STATUS: dict[type[Exception], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    TooManyAttempts: 429,
    NameTaken: 409,
    InvalidRequest: 400,
    InvalidName: 404,
    InvalidUpload: 400,
    FileExists: 400,
    UploadTooLarge: 413,
}


def _status(error: Exception) -> int:
    if type(error) in _STATUS:
        return _STATUS[type(error)]
    if isinstance(error, ProjectNotFound | UsageError):
        return 404
    if isinstance(error, DigestMismatch | SourceError):
        return 502
    return 500
