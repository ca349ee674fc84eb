"""Carries what was let in to a gate without a network: out into a folder, and in from one.

The folder::

    airlock.json              what is in it, project by project, as its index told it
    files/<sha256>/<name>     the files
    simple/<project>/         an index of them that pip reads from the folder as it is

- Only what the door serves goes out.
- What comes in is nobody's word: every file is held to its digest, examined by the checks of the
  gate that takes it in, and judged by its policy. Verdicts do not travel.
- A path is made of a digest and a file name that were validated, never of what the folder says.
"""

import datetime as dt
import html
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import anyio.to_thread
import msgspec

from airlock.errors import AirlockError, MalformedDocument, StoreError, TargetNotFound, UsageError
from airlock.gate.catalogue import Catalogue, Offer
from airlock.gate.door import Asked, Door, Ruling
from airlock.gate.intake import Intake
from airlock.gate.names import Names
from airlock.model import ArtifactName, ListedFile, ProjectListing, ProjectName, Sha256, wire
from airlock.model.provenance import Provenance
from airlock.store import Blobs, Store
from airlock.vetting import identify

MANIFEST = "airlock.json"
_FORM = 1
_LARGEST_MANIFEST_BYTES = 1024**3
_BY_HAND = Provenance(unknown="it was carried in from another gate")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a folder."""

    form: int
    """Of the folder; raised when an older gate could not read it."""
    made_at: dt.datetime
    projects: tuple[ProjectListing, ...]


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file."""

    filename: str
    ruling: Ruling | None = None
    trouble: AirlockError | None = None


class Airgap:
    """Takes things out and in.

    Args:
        store: what is known.
        blobs: what is kept.
        catalogue: what is offered.
        door: that rules.
        intake: that vets.
        names: know whose a project is.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913 - these are the parts
        self,
        *,
        store: Store,
        blobs: Blobs,
        catalogue: Catalogue,
        door: Door,
        intake: Intake,
        names: Names,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._door = door
        self._intake = intake
        self._names = names
        self._clock = clock

    def take_out(self, folder: Path) -> Iterator[str]:
        """Write everything that the door serves into a new folder; yield the names of the files.

        Raises:
            UsageError: if there is something in the folder.
            StoreError: if it cannot be written.
        """
        try:
            if folder.exists() and any(folder.iterdir()):
                raise UsageError(f"{folder} is not empty", hint="Name a folder that is not there.")
            folder.mkdir(parents=True, exist_ok=True)
            listings = []
            for offer in self._offers():
                kept = self._served(offer)
                if kept:
                    listings.append(msgspec.structs.replace(offer.listing, files=tuple(kept)))
                    for file in kept:
                        yield self._copy(folder, file)
                    _write_page(folder, offer.listing.project, kept)
            made = Manifest(form=_FORM, made_at=self._clock(), projects=tuple(listings))
            (folder / MANIFEST).write_bytes(wire.encode(made))
        except OSError as error:
            raise StoreError(f"{folder} cannot be written: {error}") from error

    def _offers(self) -> Iterator[Offer]:
        for project in sorted({*self._store.projects(), *self._store.hosted_projects()}):
            offer = self._catalogue.kept(self._names.holding(project))
            if offer is not None:
                yield offer

    def _served(self, offer: Offer) -> list[ListedFile]:
        rulings = self._door.decide_all(offer.asked)
        pairs = zip(offer.listing.files, rulings, strict=True)
        return [f for f, ruling in pairs if ruling.serves and self._blobs.has(ruling.asked.sha256)]

    def _copy(self, folder: Path, file: ListedFile) -> str:
        digest = _digest(file)
        place = folder / "files" / digest / file.filename
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as out, self._blobs.open(digest) as blob:
            shutil.copyfileobj(blob.stream, out)
        return file.filename

    async def take_in(self, folder: Path) -> AsyncIterator[Carried]:
        """Take in what a folder holds, and yield what became of each file.

        Raises:
            TargetNotFound: if it is no such folder.
            MalformedDocument: if what it says of itself cannot be read.
        """
        manifest = await anyio.to_thread.run_sync(_read_manifest, folder)
        for listing in manifest.projects:
            if listing.source is None:
                async for carried in self._take_in_hosted(folder, listing):
                    yield carried
                continue
            await anyio.to_thread.run_sync(self._keep_listing, listing)
            for file in listing.files:
                yield await self._take_in_file(folder, listing, file)

    def _keep_listing(self, listing: ProjectListing) -> None:
        """Add what the folder lists to what was listed before."""
        before = self._store.listing(listing.source or "", listing.project)
        new = {(file.sha256, file.filename) for file in listing.files}
        old = before.files if before is not None else ()
        kept = tuple(file for file in old if (file.sha256, file.filename) not in new)
        together = msgspec.structs.replace(listing, files=(*kept, *listing.files), etag=None)
        self._store.put_listing(together)

    async def _take_in_file(
        self, folder: Path, listing: ProjectListing, file: ListedFile
    ) -> Carried:
        try:
            path = _place(folder, listing.project, file)
            await anyio.to_thread.run_sync(self._blobs.put, _digest(file), path)
            name = await anyio.to_thread.run_sync(self._names.ruling, listing.project)
            await anyio.to_thread.run_sync(self._names.note_served, name, listing.source or "")
            offer = await anyio.to_thread.run_sync(self._catalogue.kept, name.holding)
            found = offer.of(_digest(file), file.filename) if offer is not None else None
            if found is None:
                raise TargetNotFound(
                    f"{listing.project} does not come from {listing.source} at this gate",
                    hint="Name that upstream with --index, or claim the project for it.",
                )
            ruling = await self._intake.ruling(found[1])
        except AirlockError as error:
            return Carried(filename=file.filename, trouble=error)
        return Carried(filename=file.filename, ruling=ruling)

    async def _take_in_hosted(
        self, folder: Path, listing: ProjectListing
    ) -> AsyncIterator[Carried]:
        from airlock.gate.upload.receiving import record_hosted

        for file in listing.files:
            try:
                path = _place(folder, listing.project, file)
                artifact = await anyio.to_thread.run_sync(identify, path)
                asked = Asked(artifact.sha256, file.filename, listing.project, None)
                vetted = await self._intake.vet_upload(asked, artifact, path, _BY_HAND)
                if vetted.ruling.serves:
                    await anyio.to_thread.run_sync(
                        record_hosted, self._store, listing.project, file, artifact, self._clock()
                    )
                yield Carried(filename=file.filename, ruling=vetted.ruling)
            except AirlockError as error:
                yield Carried(filename=file.filename, trouble=error)


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _LARGEST_MANIFEST_BYTES:
            raise MalformedDocument(f"{path} is too large to be one of ours")
        data = path.read_bytes()
    except OSError as error:
        raise TargetNotFound(
            f"{path} cannot be read: {error.strerror}", hint="airlock export makes such a folder."
        ) from error
    manifest = wire.decode(data, Manifest)
    if manifest.form != _FORM:
        raise MalformedDocument(
            f"{path} has form {manifest.form}, and this gate reads {_FORM}",
            hint="A newer Airlock wrote it.",
        )
    return manifest


def _digest(file: ListedFile) -> Sha256:
    if file.sha256 is None:
        raise MalformedDocument(f"{file.filename[:200]} has no digest")
    return Sha256(file.sha256)


def _place(folder: Path, project: ProjectName, file: ListedFile) -> Path:
    name = ArtifactName.parse(file.filename)
    if name.project != project:
        raise MalformedDocument(f"{file.filename} is not a file of {project}")
    return folder / "files" / _digest(file) / name.filename


def _write_page(folder: Path, project: ProjectName, files: list[ListedFile]) -> None:
    place = folder / "simple" / project
    place.mkdir(parents=True, exist_ok=True)
    links = "\n".join(_link(file) for file in files)
    (place / "index.html").write_text(
        f"<!DOCTYPE html>\n<title>{project}</title>\n{links}\n", encoding="utf-8"
    )


def _link(file: ListedFile) -> str:
    from urllib.parse import quote

    url = f"../../files/{file.sha256}/{quote(file.filename)}#sha256={file.sha256}"
    python = ""
    if file.requires_python is not None:
        python = f' data-requires-python="{html.escape(file.requires_python)}"'
    return f'<a href="{html.escape(url)}"{python}>{html.escape(file.filename)}</a><br>'
