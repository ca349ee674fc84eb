"""Projects whose developers sign (PEP 480), carried from one gate to another.

- Who signs for a project is judged from the root of the gate that it came from, which whoever
  carries hands over by another way. Without it, files of claimed projects are not taken.
- A file of a claimed project is taken only if it is the one that its developers signed.
- Where this gate signs, too, it takes their document: from then on their keys count here, and the
  keys that count here already have to have signed what comes next.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from airlock.errors import MalformedDocument, NotVerified
from airlock.gate.airgap.folder import TRUST, plain
from airlock.gate.upload.recording import IMPORT
from airlock.gate.upload.signed import SignedUploads
from airlock.model import Artifact, ProjectName
from airlock.model.hosting import Upload
from airlock.trust import carrying
from airlock.trust.checking import LARGEST_BYTES

# ``claimed`` has 400 bytes for each project.
_LARGEST_BYTES = 4 * LARGEST_BYTES
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,250}\.json")


class CarriedClaims:
    """Verifies what developers signed.

    Args:
        root: of the gate that the folder is from; ``None``: nobody has handed it over.
        signed: takes documents in; ``None``: this gate signs nothing.
        clock: gives the time in UTC.
    """

    def __init__(
        self, root: bytes | None, signed: SignedUploads | None, clock: Callable[[], dt.datetime]
    ) -> None:
        self._root = root
        self._signed = signed
        self._clock = clock
        self._said: Collection[ProjectName] = ()
        self._claims: dict[ProjectName, carrying.CarriedClaim] = {}

    def read(self, folder: Path, said: Collection[ProjectName]) -> None:
        """Read which projects are claimed.

        Args:
            folder: of the export.
            said: the projects that the folder calls so; without a root they are only said to be.

        Raises:
            NotVerified: if what is there is not what the root vouches for.
        """
        self._said = said
        if self._root is None:
            return
        try:
            self._claims = carrying.verified(
                self._root, lambda name: _read(folder, name), self._clock()
            )
        except MalformedDocument as error:
            raise NotVerified(str(error)) from error
        except NotVerified as error:
            raise NotVerified(
                f"{folder} does not show who signs its files: {error}",
                hint="airlock export --trust carries that; --root names the root of that server.",
            ) from error

    def check(self, project: ProjectName, artifact: Artifact) -> None:
        """Refuse a file that the developers of its project have not signed, if they sign.

        Raises:
            NotVerified: saying why.
        """
        filename = artifact.name.filename
        claim = self._claims.get(project)
        if claim is not None:
            target = claim.document.files.get(filename) if claim.document else None
            if target is None or (target.sha256, target.length) != (artifact.sha256, artifact.size):
                raise NotVerified(f"{filename} is not what the developers of {project} signed")
        elif project in self._said:
            raise NotVerified(
                f"the developers of {project} sign its files, and nothing here verifies that",
                hint="--root names the root of the server that it came from.",
            )
        elif self._signed is not None and self._signed.is_claimed(project):
            raise NotVerified(f"{project} is claimed here, and its developers have not signed this")

    def take(self, project: ProjectName, uploads: Sequence[Upload]) -> bool:
        """Record files of a claimed project with what their developers signed.

        Returns:
            False if nothing was recorded: the project is nobody's, or this gate signs nothing.

        Raises:
            InvalidUpload: if the document may not be taken here.
        """
        claim = self._claims.get(project)
        if self._signed is None or claim is None:
            return False
        if uploads:
            self._signed.carry(project, claim.data, uploads, IMPORT)
        return True


def _read(folder: Path, name: str) -> bytes | None:
    if not _NAME.fullmatch(name):
        return None
    try:
        with plain(folder, folder / TRUST / name).open("rb") as stream:
            data = stream.read(_LARGEST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotVerified(f"{name} cannot be read: {error.strerror}") from error
    if len(data) > _LARGEST_BYTES:
        raise NotVerified(f"{name} is too large")
    return data
