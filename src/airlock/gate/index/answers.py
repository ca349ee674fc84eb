"""Answers for people and for clients that are told no.

- A refusal has the verdict in its reason phrase, which clients show, and in its body the address of
  the page with the evidence.
- What a package controls gets into a page only through autoescaping templates, and into a header
  only as printable ASCII.
- Pages load nothing but our own style sheet, and run no script.
"""

import functools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

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
from airlock.gate.index.reason import HEADER
from airlock.model import Decision, Verdict
from airlock.model.name_verdict import NameVerdict
from airlock.report import one_line, printable, reason_phrase
from airlock.report.json import target_document
from airlock.store import Standing

SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_HEADLINE_CHARACTERS = 300
_JSON = "application/json"


@functools.cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("airlock.gate.index"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printable"] = printable
    environment.filters["lines"] = lambda text: printable(text, keep_lines=True)
    environment.filters["headline"] = lambda text: one_line(text, longest=_HEADLINE_CHARACTERS)
    return environment


def page(
    name: str, code: int = 200, headers: dict[str, str] | None = None, **values: Any
) -> Response:
    """Return a page for people, from a template."""
    body = _templates().get_template(name).render(**values)
    return Response(body, code, headers={**SECURITY, **(headers or {})}, media_type="text/html")


def wants_json(request: Request) -> bool:
    """Tell whether who asks is a machine."""
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


def base(request: Request) -> str:
    """Return the URL of this gate as the client knows it, without a slash at its end."""
    return f"{request.url.scheme}://{request.url.netloc}"


def home(request: Request, standings: Sequence[Standing], held: Sequence[NameVerdict]) -> Response:
    """Return the page that tells how to use this gate."""
    return page("home.html", base=base(request), standings=standings, held=held)


def verdict(request: Request, verdicts: Sequence[Verdict], ruling: Ruling) -> Response:
    """Return the page with the evidence, or the same as JSON."""
    latest = verdicts[-1]
    if wants_json(request):
        document = target_document(latest) | {"owner": ruling.holding.owner.word}
        if ruling.advised:
            document["advice"] = ruling.headline
        return JSONResponse(document, headers=SECURITY)
    findings = sorted(
        (finding for outcome in latest.outcomes for finding in outcome.findings),
        key=lambda finding: (-finding.severity.rank, -finding.confidence.rank),
    )
    return page(
        "verdict.html", verdict=latest, findings=findings, history=verdicts[::-1], ruling=ruling
    )


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
    return page("refused.html", 403, headers, ruling=ruling, word=word, evidence=evidence)


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
    if wants_json(request) or request.url.path.startswith("/api/"):
        document = {"error": message, "hint": hint}
        return JSONResponse(document, status, headers={**SECURITY, **headers})
    return page("error.html", status, headers, status=status, message=message, hint=hint)


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


@functools.cache
def _style() -> bytes:
    return (Path(__file__).parent / "static" / "airlock.css").read_bytes()


async def stylesheet(_request: Request) -> Response:
    """Return the style of our pages."""
    headers = {"cache-control": "max-age=3600", **SECURITY}
    return Response(_style(), headers=headers, media_type="text/css")
