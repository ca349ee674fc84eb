"""``/verdicts/{sha256}``: what was decided of an artifact, why, and on what evidence.

========================  ======================================================================
``…``                     the page; the same as JSON for machines
``….md``                  the same in Markdown
``…/report``              what to write to the registry
``…/source?path=&line=``  a file of it, with the line that a finding is about
``…/changes``             how its files differ from those of the release before
========================  ======================================================================
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock.behaviour import Trace, judge
from airlock.errors import MalformedDocument, TargetNotFound
from airlock.evidence.history import History
from airlock.gate.door import Door
from airlock.gate.index.answers import SECURITY, base, wants_json
from airlock.gate.index.asking import may
from airlock.gate.index.entrance import require
from airlock.gate.ruling import Asked, Ruling
from airlock.model import Artifact, Finding, Sha256, Verdict
from airlock.model.access import Action
from airlock.model.vouchers import Voucher, vouchers
from airlock.profiles import Difference, FileChange, Profile
from airlock.profiles.comparing import compare
from airlock.report.frame import Line, Pages
from airlock.report.frame.highlighting import difference, highlighted
from airlock.report.json import target_document
from airlock.report.order import worst_first
from airlock.report.verdict_markdown import registry_report, render_verdict_markdown
from airlock.store import Store
from airlock.store.profiles import ProfiledFile
from airlock.web import glance
from airlock.web.answering import page
from airlock.web.behaving import behaviour_of, odd
from airlock.web.evidence import AT_ONCE, grouped
from airlock.web.opening import Opening
from airlock.web.reading import given_number, page_number

_CONTEXT_LINES = 400
_MOST_DIFFERENCES = 25
_LONGEST_PATH = 4096
_MOST_FILES = 200
_MOST_LINES = 800
Traces = Callable[[Sha256], Trace | None]


class Sources(NamedTuple):
    """What pages of verdicts ask."""

    store: Store
    door: Door
    history: History
    opening: Opening
    traces: Traces
    clock: Callable[[], dt.datetime]


class Past(NamedTuple):
    """What changed since the release before."""

    before: Profile | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def told(self) -> tuple[str, int]:
        """The version before, empty if there is none, and how many differences are shown."""
        return self.before.name.version if self.before else "", len(self.differences)


class View(NamedTuple):
    """What the page shows."""

    verdicts: tuple[Verdict, ...]
    """The newest last."""
    ruling: Ruling
    first_seen: dt.datetime | None
    past: Past
    trace: Trace | None

    @property
    def latest(self) -> Verdict:
        """The verdict that stands."""
        return self.verdicts[-1]


class VerdictPages:
    """Pages about verdicts.

    Args:
        sources: what is asked.
    """

    def __init__(self, sources: Sources) -> None:
        self._ask = sources

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/verdicts/{sha256}.md", self.markdown),
            Route("/verdicts/{sha256}/report", self.report),
            Route("/verdicts/{sha256}/source", self.source),
            Route("/verdicts/{sha256}/changes", self.changes),
            Route("/verdicts/{sha256}", self.verdict),
        ]

    async def verdict(self, request: Request) -> Response:
        """Show the verdict on an artifact, with its evidence and its history."""
        verdicts = await self._verdicts(request)
        if wants_json(request):
            ruling = await anyio.to_thread.run_sync(self._ruling, verdicts[-1].artifact)
            return _document(verdicts[-1], ruling)
        view = await anyio.to_thread.run_sync(self._view, verdicts)
        findings = worst_first(view.latest)
        sha256, number = view.latest.artifact.sha256, page_number(request)
        counting = [one for one in findings if not one.suppressed]
        shown = counting[(number - 1) * AT_ONCE : number * AT_ONCE]
        behaviour = behaviour_of(view.trace)
        vouched = list(vouchers(view.latest.outcomes))
        return page(
            request,
            "verdict.html",
            view=view,
            verdict=view.latest,
            artifact=view.latest.artifact,
            address=f"{base(request)}/verdicts/{sha256}",
            now=self._ask.clock(),
            groups=grouped(shown, sha256),
            number=len(counting),
            pages=Pages.of(
                f"/verdicts/{sha256}",
                {},
                number=number,
                size=len(shown),
                more=len(counting) > number * AT_ONCE,
            ),
            spared=[one for one in findings if one.suppressed],
            behaviour=behaviour,
            vouchers=vouched,
            glance=_glance(view, counting, behaviour, vouched),
            reviews=may(request.scope, Action.REVIEW, view.latest.artifact.release.project),
        )

    async def markdown(self, request: Request) -> Response:
        """Return the verdict in Markdown."""
        latest = (await self._verdicts(request))[-1]
        url = f"{base(request)}/verdicts/{latest.artifact.sha256}"
        text = render_verdict_markdown(latest, url)
        return Response(text, headers=SECURITY, media_type="text/markdown; charset=utf-8")

    async def report(self, request: Request) -> Response:
        """Show what to write to the registry."""
        latest = (await self._verdicts(request))[-1]
        trace = await anyio.to_thread.run_sync(self._trace, latest.artifact.sha256)
        seen = odd(judge(trace).signals) if trace is not None else []
        text = registry_report(latest, seen)
        return page(request, "report.html", artifact=latest.artifact, text=text)

    async def source(self, request: Request) -> Response:
        """Show a file of the artifact."""
        artifact = (await self._verdicts(request))[-1].artifact
        path = request.query_params.get("path", "")[:_LONGEST_PATH]
        line = given_number(request.query_params.get("line", ""), 0)
        text = await anyio.to_thread.run_sync(self._ask.opening.text, artifact, path)
        rows = text.splitlines() or [""]
        first = max(1, min(line - _CONTEXT_LINES // 2, len(rows) - _CONTEXT_LINES + 1))
        part = rows[first - 1 : first - 1 + _CONTEXT_LINES]
        return page(
            request,
            "source.html",
            artifact=artifact,
            path=path,
            lines=highlighted("\n".join(part), path=path, first=first, marked=line),
            first=first,
            last=first + len(part) - 1,
            total=len(rows),
        )

    async def changes(self, request: Request) -> Response:
        """Show how the files differ from those of the release before."""
        artifact = (await self._verdicts(request))[-1].artifact
        before = await anyio.to_thread.run_sync(self._before, artifact)
        contrast = await anyio.to_thread.run_sync(self._ask.opening.contrast, before, artifact)
        return page(
            request,
            "changes.html",
            artifact=artifact,
            before=before,
            contrast=contrast,
            files=list(_shown(contrast.files[:_MOST_FILES])),
            left_out=contrast.left_out + max(0, len(contrast.files) - _MOST_FILES),
        )

    async def _verdicts(self, request: Request) -> tuple[Verdict, ...]:
        """Return the verdicts on what is asked for, if who asks may read it."""
        sha256 = Sha256(request.path_params["sha256"])
        verdicts = await anyio.to_thread.run_sync(self._ask.store.verdicts, sha256)
        if not verdicts:
            raise TargetNotFound("nothing with this digest was examined here")
        await require(request, Action.READ, verdicts[-1].artifact.release.project)
        return verdicts

    def _view(self, verdicts: tuple[Verdict, ...]) -> View:
        artifact = verdicts[-1].artifact
        stored = self._ask.store.artifact(artifact.sha256)
        return View(
            verdicts=verdicts,
            ruling=self._ruling(artifact),
            first_seen=stored.first_seen if stored else None,
            past=self._past(artifact),
            trace=self._trace(artifact.sha256),
        )

    def _trace(self, sha256: Sha256) -> Trace | None:
        """Return what was seen of an artifact; a log that cannot be read hides no verdict."""
        try:
            return self._ask.traces(sha256)
        except MalformedDocument:
            return None

    def _ruling(self, artifact: Artifact) -> Ruling:
        release = artifact.release
        asked = Asked(artifact.sha256, artifact.name.filename, release.project, release.source)
        return self._ask.door.decide(asked)

    def _past(self, artifact: Artifact) -> Past:
        before = self._ask.history.previous(artifact)
        own = self._ask.store.profile(
            artifact.release.project, ProfiledFile(artifact.sha256, artifact.name.filename)
        )
        if before is None or own is None:
            return Past(before)
        return Past(before, compare(before, own)[:_MOST_DIFFERENCES])

    def _before(self, artifact: Artifact) -> Artifact:
        before = self._ask.history.previous(artifact)
        stored = self._ask.store.artifact(before.sha256) if before else None
        if stored is None:
            raise TargetNotFound("no release of this project was admitted before it")
        return stored.artifact


def _shown(files: Sequence[FileChange]) -> Iterator[tuple[FileChange, list[Line]]]:
    """Yield files with the lines that differ, as long as there is room on the page."""
    room = _MOST_LINES
    for file in files:
        lines = difference(file.diff) if file.diff else []
        yield file, lines[: max(0, room)]
        room -= len(lines)


def _document(verdict: Verdict, ruling: Ruling) -> Response:
    document = target_document(verdict) | {"owner": ruling.holding.owner.word}
    if ruling.advised:
        document["advice"] = ruling.headline
    return JSONResponse(document, headers=SECURITY)


def _glance(
    view: View,
    counting: Sequence[Finding],
    behaviour: dict[str, Any] | None,
    vouched: Sequence[Voucher],
) -> tuple[glance.Glimpse, ...]:
    seen = (behaviour["signals"], behaviour["gaps"]) if behaviour else (None,)
    return (
        glance.of_findings(counting, view.latest.outcomes),
        glance.of_outcomes(view.latest.outcomes),
        glance.of_signals(*seen),
        glance.of_changes(*view.past.told),
        glance.of_vouchers(vouched),
    )
