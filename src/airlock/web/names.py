"""``/names/{project}``: whose a name is, what its checks say, and who claimed it."""

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.gate.index import name_answers
from airlock.gate.index.answers import wants_json
from airlock.gate.index.entrance import asking, require
from airlock.gate.names import Names
from airlock.model import ProjectName
from airlock.model.access import Action
from airlock.report.lettering import lettering
from airlock.store import Store
from airlock.web.answering import page


class NamePages:
    """Pages about names; nothing here asks an upstream.

    Args:
        store: of claims and verdicts.
        names: rules on names.
    """

    def __init__(self, store: Store, names: Names) -> None:
        self._store = store
        self._names = names

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/names/{project}", self.name)]

    async def name(self, request: Request) -> Response:
        """Show everything that is known of a name; the same as JSON where that is wanted."""
        project = ProjectName(request.path_params["project"])
        await require(request, Action.READ, project)
        ruling = await anyio.to_thread.run_sync(self._names.ruling, project)
        if wants_json(request):
            return name_answers.document(ruling)
        claims = await anyio.to_thread.run_sync(self._store.claims_on, project)
        verdicts = await anyio.to_thread.run_sync(self._store.name_verdicts, project)
        found = [finding for outcome in ruling.verdict.outcomes for finding in outcome.findings]
        return page(
            request,
            "name.html",
            ruling=ruling,
            findings=[(finding, lettering(finding)) for finding in found],
            claims=claims[::-1],
            verdicts=verdicts[::-1],
            reviews=bool(verdicts) and asking(request).may(Action.REVIEW, project),
        )
