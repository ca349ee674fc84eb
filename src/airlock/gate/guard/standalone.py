"""The guard without a server: a gate in this very process, with the user's own data folder."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from starlette.types import ASGIApp

from airlock.gate.settings import GateSettings
from airlock.model import Decision, ProjectName, Sha256
from airlock.report import one_line
from airlock.sources.pip_configuration import default_index_url
from airlock.sources.urls import without_credentials
from airlock.store import Blobs, Store

_HEADLINE_CHARACTERS = 200

MakeGate = Callable[[GateSettings], tuple[ASGIApp, tuple[str, ...]]]
OpenData = Callable[[Path], tuple[Store, Blobs, Path]]


class Standalone:
    """Vets by itself, with the gate.

    Args:
        settings: of the gate; host and port are set when they are known.
        gate: makes the gate.
        data: opens its data.
    """

    def __init__(self, settings: GateSettings, gate: MakeGate, data: OpenData) -> None:
        self._settings = settings
        self._gate = gate
        self._store, self._blobs, _ = data(settings.data_folder)
        # As the user spells it, for so uv would write it.
        self.upstream = without_credentials(
            settings.upstreams[0] if settings.upstreams else default_index_url()
        )

    def app(self, url: str) -> ASGIApp:
        """Return the gate's application."""
        port = urlsplit(url).port or 0
        settings = msgspec.structs.replace(self._settings, host="127.0.0.1", port=port)
        app, _ = self._gate(settings)
        return app

    def path_of(self, sha256: Sha256) -> Path | None:
        """Return where the bytes with a digest are."""
        return self._blobs.local_path(sha256)

    def kept_out(self, projects: Iterable[ProjectName]) -> list[str]:
        """Return what was refused or held of projects, one line each."""
        return [line for project in projects for line in self._kept_out(project)]

    def _kept_out(self, project: ProjectName) -> Iterator[str]:
        known = self._store.artifacts_of(project)
        standings = self._store.latest_verdicts([one.artifact.sha256 for one in known])
        for standing in standings.values():
            if standing.decision is not Decision.ADMIT:
                headline = one_line(standing.headline, longest=_HEADLINE_CHARACTERS)
                yield f"{standing.filename} is not listed: Airlock {headline}"

    def origin(self, sha256: str, filename: str) -> str | None:
        """Return upstream's address of a file, as a listing announced it."""
        for release in self._store.announcements(Sha256(sha256), filename):
            if release.listed is not None:
                return release.listed.url
        return None
