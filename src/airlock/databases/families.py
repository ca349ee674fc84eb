"""The fingerprints of known campaigns, as a part of the database.

One set comes with each version of Airlock. A newer one is delivered, signed, by a server of yours
(``airlock db update --from``) or given as a file.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from airlock.databases.interface import Part
from airlock.errors import AirlockError, MalformedDocument, StoreError, UsageError
from airlock.evidence.fingerprints.memory import FileFingerprints, kept_memory, read_memory
from airlock.model.database import Condition, PartStatus

_MOST_BYTES = 256 * 1024**2


class Families(Part):
    """The memory of campaigns.

    Args:
        folder: of evidence.
        clock: gives the time in UTC.
    """

    name = "fingerprints"

    def __init__(self, folder: Path, clock: Callable[[], dt.datetime]) -> None:
        self._path = kept_memory(folder)
        self._clock = clock

    def update(self, sources: Sequence[str]) -> PartStatus:
        """Take a memory over from a file; without one, keep what there is."""
        if len(sources) > 1:
            raise UsageError("the fingerprints have one source")
        for source in sources:
            self._keep(_read(Path(source)))
        return self.status()

    def _keep(self, data: bytes) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._path.with_name(f".{self._path.name}.new")
            new.write_bytes(data)
            new.replace(self._path)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror}") from error

    def status(self) -> PartStatus:
        """Tell how many families are known, and since when."""
        kept = self._path.is_file()
        try:
            memory = FileFingerprints(self._path if kept else FileFingerprints().path).memory
        except AirlockError as error:
            cure = f"Remove {self._path}, or: airlock db update --from URL fingerprints"
            return PartStatus(
                part=self.name, condition=Condition.BROKEN, message=str(error), cure=cure
            )
        return PartStatus(
            part=self.name,
            condition=Condition.CURRENT,
            message=f"{len(memory.families):,} families of {memory.specimens:,} archives, made on "
            f"{memory.made_on}",
            source=str(self._path) if kept else "this version of Airlock",
        )


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise MalformedDocument(f"{path} is larger than any memory of families")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    read_memory(data, str(path))
    return data
