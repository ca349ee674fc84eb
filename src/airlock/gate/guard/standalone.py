"""The guard without a server: a gate in this very process, with the user's own data folder."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from starlette.types import ASGIApp

from airlock.gate.settings import GateSettings
from airlock.model import Sha256
from airlock.sources.pip_configuration import default_index_url
from airlock.sources.urls import without_credentials
from airlock.store import Blobs, Store

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

    def origin(self, sha256: str, filename: str) -> str | None:
        """Return upstream's address of a file, as a listing announced it."""
        for release in self._store.announcements(Sha256(sha256), filename):
            if release.listed is not None:
                return release.listed.url
        return None
