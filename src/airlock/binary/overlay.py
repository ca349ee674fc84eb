"""A reading in which some members have another content, or are added, for analysis only."""

from collections.abc import Mapping, Sequence

from airlock.archive.interface import Anomaly, Member, MemberKind, Reading
from airlock.model import Sha256


class TextMember(Member):
    """A file whose content was made here."""

    def __init__(self, path: str, text: str) -> None:
        self._data = text.encode("utf-8", "surrogatepass")
        self.path = path
        self.kind = MemberKind.FILE
        self.size = len(self._data)
        self.sha256 = Sha256.of(self._data)
        self.mode = 0o644
        self.link = ""

    def read(self) -> bytes:
        """Return the text in UTF-8."""
        return self._data


class Overlay(Reading):
    """An opened container with other texts in the place of some files.

    Args:
        reading: the container; it stays its owner's to close.
        texts: by path; what is not there is added.
        alone: whether everything else is left out.
    """

    def __init__(self, reading: Reading, texts: Mapping[str, str], *, alone: bool = False) -> None:
        self.kind = reading.kind
        others = [] if alone else reading.members
        kept = [member for member in others if member.path not in texts]
        added = [TextMember(path, text) for path, text in texts.items()]
        self.members: Sequence[Member] = [*kept, *added]
        self.anomalies: Sequence[Anomaly] = ()

    def close(self) -> None:
        """Do nothing: the container belongs to somebody else."""
