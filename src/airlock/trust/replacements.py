"""Keys that count instead of lost or stolen ones, until a document of the project names them.

``replaced/PROJECT.json`` is written by an administrator, and read when the next document comes.

Source: PEP 480 (key loss; recovery from compromises).
"""

import datetime as dt
from pathlib import Path

import msgspec

from airlock.errors import StoreError
from airlock.model import ProjectName
from airlock.trust.signing_keys import RoleKeys


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """Keys that count instead of lost or stolen ones."""

    keys: dict[str, dict[str, object]]
    threshold: int
    reason: str
    at: dt.datetime

    @property
    def signing(self) -> RoleKeys:
        """The keys."""
        from securesystemslib.signer import Key

        listed = tuple(Key.from_dict(keyid, dict(one)) for keyid, one in self.keys.items())
        return RoleKeys(listed, self.threshold)


class Replacements:
    """The replacements of a trust folder.

    Args:
        folder: of theirs.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, project: ProjectName, signing: RoleKeys, reason: str, at: dt.datetime) -> None:
        """Let other keys count for the next document of a project."""
        replacement = Replacement(
            keys={key.keyid: dict(key.to_dict()) for key in signing.keys},
            threshold=signing.threshold,
            reason=reason,
            at=at,
        )
        path = self._path(project)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(replacement))
        new.replace(path)

    def get(self, project: ProjectName) -> Replacement | None:
        """Return what counts instead for a project; ``None`` if nothing does.

        Raises:
            StoreError: if it cannot be read.
        """
        path = self._path(project)
        try:
            return msgspec.json.decode(path.read_bytes(), type=Replacement)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise StoreError(f"{path} cannot be read: {error}") from error

    def forget(self, project: ProjectName) -> None:
        """Forget what counted instead: it counts by itself now."""
        self._path(project).unlink(missing_ok=True)

    def _path(self, project: ProjectName) -> Path:
        return self._folder / f"{project}.json"
