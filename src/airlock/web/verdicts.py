"""``/verdicts/{sha256}``: what was decided of an artifact, why, and on what evidence."""

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock.errors import TargetNotFound
from airlock.gate.door import Asked, Door, Ruling
from airlock.gate.index.answers import SECURITY, wants_json
from airlock.gate.index.entrance import require
from airlock.model import Finding, Sha256, Verdict
from airlock.model.access import Action
from airlock.report.json import target_document
from airlock.store import Store
from airlock.web.answering import page


class VerdictPages:
    """Pages about verdicts.

    Args:
        store: of verdicts.
        door: that rules.
    """

    def __init__(self, store: Store, door: Door) -> None:
        self._store = store
        self._door = door

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/verdicts/{sha256}", self.verdict)]

    async def verdict(self, request: Request) -> Response:
        """Show the verdict on an artifact, with its evidence and its history."""
        sha256 = Sha256(request.path_params["sha256"])
        verdicts = await anyio.to_thread.run_sync(self._store.verdicts, sha256)
        if not verdicts:
            raise TargetNotFound("nothing with this digest was examined here")
        latest = verdicts[-1].artifact
        release = latest.release
        await require(request, Action.READ, release.project)
        asked = Asked(sha256, latest.name.filename, release.project, release.source)
        ruling = await anyio.to_thread.run_sync(self._door.decide, asked)
        if wants_json(request):
            return _document(verdicts[-1], ruling)
        return page(
            request,
            "verdict.html",
            verdict=verdicts[-1],
            findings=_worst_first(verdicts[-1]),
            history=verdicts[::-1],
            ruling=ruling,
        )


def _document(verdict: Verdict, ruling: Ruling) -> Response:
    document = target_document(verdict) | {"owner": ruling.holding.owner.word}
    if ruling.advised:
        document["advice"] = ruling.headline
    return JSONResponse(document, headers=SECURITY)


def _worst_first(verdict: Verdict) -> list[Finding]:
    findings = [finding for outcome in verdict.outcomes for finding in outcome.findings]
    return sorted(findings, key=lambda one: (-one.severity.rank, -one.confidence.rank))
