"""The JSON API of projects and releases, as the public index has it, for tools that ask for it.

``/pypi/{project}/json`` is about the newest release, ``/pypi/{project}/{version}/json`` about one.
Both tell what the door lets be listed and nothing else; what is said of a release beside its files
comes from the core metadata that were read from vetted bytes, and is empty where there are none.
Files have their other address here: mirrors such as bandersnatch take no path but ``/packages/…``.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock.errors import ProjectNotFound, TargetNotFound
from airlock.gate.catalogue import Catalogue, Offer
from airlock.gate.core_metadata import kept_metadata
from airlock.gate.door import Door
from airlock.gate.index.answers import base
from airlock.gate.index.entrance import require
from airlock.gate.index.pages import timestamp
from airlock.gate.names import Names
from airlock.hosting import normalised, version_of_file
from airlock.model import ArtifactKind, ArtifactName, ListedFile, ProjectName
from airlock.model.access import Action
from airlock.sources.selection import newest_version, version_of
from airlock.store import Blobs, Store

if TYPE_CHECKING:
    from packaging.metadata import RawMetadata

_TEXTS = (
    *("summary", "description", "description_content_type", "author", "author_email"),
    *("maintainer", "maintainer_email", "home_page", "license", "license_expression"),
    *("requires_python", "download_url"),
)
_LISTS = ("classifiers", "requires_dist", "provides_extra", "dynamic", "license_files")


class JsonRoutes:
    """What these routes do.

    Args:
        store: of serials.
        blobs: with the core metadata.
        catalogue: what is offered.
        door: that rules.
        names: rules on names.
    """

    def __init__(
        self, store: Store, blobs: Blobs, catalogue: Catalogue, door: Door, names: Names
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._door = door
        self._names = names

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/pypi/{project}/json", self.project),
            Route("/pypi/{project}/{version}/json", self.release),
        ]

    async def project(self, request: Request) -> Response:
        """Tell about a project and its newest release."""
        return await self._answer(request, None)

    async def release(self, request: Request) -> Response:
        """Tell about one release."""
        return await self._answer(request, normalised(request.path_params["version"]))

    async def _answer(self, request: Request, version: str | None) -> Response:
        project = ProjectName(request.path_params["project"])
        await require(request, Action.READ, project)
        name = await anyio.to_thread.run_sync(self._names.ruling, project)
        if not name.admits:
            raise ProjectNotFound(f"{project}: {name.headline}")
        offer = await self._catalogue.offer(name.holding)
        root = base(request)
        document = await anyio.to_thread.run_sync(self._document, offer, version, root)
        headers = {"x-pypi-last-serial": str(document["last_serial"]), "cache-control": "no-cache"}
        return JSONResponse(document, headers=headers)

    def _document(self, offer: Offer, version: str | None, root: str) -> dict[str, Any]:
        rulings = self._door.decide_all(offer.asked)
        pairs = zip(offer.listing.files, rulings, strict=True)
        files = [file for file, ruling in pairs if ruling.lists]
        project = offer.listing.project
        chosen = [file for file in files if version_of_file(file.filename) == version]
        if version is None:
            newest = newest_version(files)
            chosen = [file for file in files if version_of(file) == newest]
        elif not chosen:
            raise TargetNotFound(f"there is no release {version} of {project}")
        document: dict[str, Any] = {
            "info": self._info(project, chosen, root),
            "urls": [_file(file, root) for file in chosen],
            "last_serial": self._store.serials().get(project, 0),
            "vulnerabilities": [],
        }
        if version is None:
            releases: dict[str, list[dict[str, Any]]] = {}
            for file in files:
                releases.setdefault(version_of(file), []).append(_file(file, root))
            document["releases"] = releases
        return document

    def _info(self, project: ProjectName, files: Sequence[ListedFile], root: str) -> dict[str, Any]:
        raw: RawMetadata = kept_metadata(self._blobs, files)
        version = version_of(files[0]) if files else ""
        told = dict(raw)
        yanked = [file.yanked for file in files]
        all_yanked = bool(yanked) and None not in yanked
        page = f"{root}/simple/{project}/"
        info: dict[str, Any] = {field: told.get(field) or "" for field in _TEXTS}
        info |= {field: told.get(field) or None for field in _LISTS}
        return info | {
            "name": told.get("name") or str(project),
            "version": version,
            "keywords": ",".join(raw.get("keywords", [])),
            "project_urls": told.get("project_urls") or None,
            "requires_python": told.get("requires_python") or _python(files),
            "package_url": page,
            "project_url": page,
            "release_url": f"{root}/pypi/{project}/{quote(version)}/json",
            "yanked": all_yanked,
            "yanked_reason": (yanked[0] or None) if all_yanked else None,
        }


def _python(files: Sequence[ListedFile]) -> str:
    return next((file.requires_python for file in files if file.requires_python), "")


def _file(file: ListedFile, root: str) -> dict[str, Any]:
    name = ArtifactName.parse(file.filename)
    wheel = name.kind is ArtifactKind.WHEEL
    at = file.upload_time
    return {
        "filename": file.filename,
        "url": f"{root}/packages/{file.sha256}/{quote(file.filename)}",
        "digests": {"sha256": str(file.sha256)},
        "size": file.size,
        "packagetype": "bdist_wheel" if wheel else "sdist",
        "python_version": file.filename.split("-")[-3] if wheel else "source",
        "requires_python": file.requires_python,
        "upload_time": at.strftime("%Y-%m-%dT%H:%M:%S") if at else None,
        "upload_time_iso_8601": timestamp(at) if at else None,
        "yanked": file.yanked is not None,
        "yanked_reason": file.yanked or None,
        "has_sig": False,
        "comment_text": "",
    }
