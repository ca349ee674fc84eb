"""Sends a signed release to a server: its document, its files, and then the word to publish.

What fails on the way is given up: nothing of it was published.
"""

import contextlib
import email.parser
import email.policy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from airlock import __version__
from airlock.errors import ArchiveError, Refused, UpstreamUnavailable, UsageError
from airlock.model import ArtifactKind, ArtifactName, ProjectName
from airlock.trust import releases
from airlock.trust.project_documents import ProjectDocument

if TYPE_CHECKING:
    import ssl

_SECONDS = 600.0
_FORBIDDEN = 403
_AN_ERROR = 400
_FAILED = 500
_FILETYPES = {ArtifactKind.WHEEL: "bdist_wheel", ArtifactKind.SDIST: "sdist"}


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a release."""

    files: tuple[str, ...]
    """That were sent."""
    snapshot: int | None
    """``None``: it waits for a ceremony."""


class Sending:
    """Sends to one server.

    Args:
        base: the URL of the server, with a slash at its end.
        headers: that say who sends.
        certificates: of authorities that are believed.
    """

    def __init__(
        self, base: str, headers: Mapping[str, str], certificates: "ssl.SSLContext"
    ) -> None:
        timeout = httpx.Timeout(30.0, read=_SECONDS, write=_SECONDS)
        self._client = httpx.Client(
            base_url=base,
            headers={"user-agent": f"airlock/{__version__}", **headers},
            verify=certificates,
            timeout=timeout,
        )

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def send(self, document: ProjectDocument, data: bytes, files: Iterable[Path]) -> Published:
        """Send a release.

        Args:
            document: what is signed.
            data: the same, as it was signed.
            files: among which are those that the server does not have.

        Raises:
            Refused: if the server does not take it; the message is its own.
            UsageError: if a file is missing.
            UpstreamUnavailable: if it does not answer.
        """
        by_name = {file.name: file for file in files}
        base = f"api/signed/{document.project}"
        begun = self._ask("POST", base, content=data)
        id_, wanted = str(begun["transaction"]), [str(name) for name in begun["files"]]
        try:
            for name in wanted:
                self._upload(id_, document.project, _named(name, by_name))
            published = self._ask("POST", f"{base}/{id_}")
        except BaseException:
            with contextlib.suppress(Refused, UpstreamUnavailable):
                self._ask("DELETE", f"{base}/{id_}")
            raise
        return Published(files=tuple(wanted), snapshot=published["snapshot"])

    def _upload(self, id_: str, project: ProjectName, file: Path) -> None:
        name = ArtifactName.parse(file.name)
        metadata = releases.own_metadata(file, name)
        fields = {
            ":action": "file_upload",
            "protocol_version": "1",
            "airlock_transaction": id_,
            "filetype": _FILETYPES[name.kind],
            "sha256_digest": str(releases.target_of(file).sha256),
            **_of_metadata(metadata, file),
            "name": str(project),
        }
        with file.open("rb") as stream:
            content = (file.name, stream, "application/octet-stream")
            self._ask("POST", "legacy/", data=fields, files={"content": content})

    def _ask(self, method: str, path: str, **sent: Any) -> Any:
        try:
            answer = self._client.request(method, path, **sent)
        except httpx.HTTPError as error:
            raise UpstreamUnavailable(
                f"{self._client.base_url} does not answer: {error}"
            ) from error
        if answer.status_code >= _FAILED:
            raise UpstreamUnavailable(f"{self._client.base_url}: {answer.text.strip()}")
        if answer.status_code >= _AN_ERROR or answer.is_redirect:
            message, _, hint = answer.text.strip().partition("\n")
            raise Refused(message or answer.reason_phrase, hint=hint.strip())
        return answer.json() if "json" in answer.headers.get("content-type", "") else None


def _named(name: str, files: Mapping[str, Path]) -> Path:
    if name not in files:
        raise UsageError(f"the server has no {name} yet: name that file, too")
    return files[name]


def _of_metadata(data: bytes, file: Path) -> dict[str, str]:
    parser = email.parser.BytesHeaderParser(policy=email.policy.compat32)
    found = parser.parsebytes(data)
    if not found["Metadata-Version"] or not found["Version"]:
        raise ArchiveError(f"{file} has no metadata that could be read")
    return {"metadata_version": found["Metadata-Version"], "version": found["Version"]}
