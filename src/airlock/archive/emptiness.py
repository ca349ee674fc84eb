"""A reading of nothing, for checks that ask about what is not in the archive."""

from airlock.archive.interface import Anomaly, Member, Reading
from airlock.model import ArtifactKind


class EmptyReading(Reading):
    """Holds no member."""

    kind = ArtifactKind.SDIST
    members: tuple[Member, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()

    def close(self) -> None:
        """Do nothing."""


NOTHING = EmptyReading()
