"""Opens bytes as an artifact, and says what came of it."""

from pathlib import Path

from airlock.archive import Anomaly, Limits, Reading, open_archive
from airlock.model import ArtifactName

SDIST, WHEEL = "example-1.0.tar.gz", "example-1.0-py3-none-any.whl"


def opened(
    folder: Path, data: bytes, filename: str = SDIST, limits: Limits | None = None
) -> Reading:
    """Write an artifact into a folder and open it."""
    path = folder / filename
    path.write_bytes(data)
    return open_archive(path, ArtifactName.parse(filename), limits or Limits())


def codes(reading: Reading) -> set[str]:
    return {anomaly.code for anomaly in reading.anomalies}


def only(reading: Reading, code: str) -> Anomaly:
    """Return the one anomaly of a code."""
    (found,) = [anomaly for anomaly in reading.anomalies if anomaly.code == code]
    return found


def contents(reading: Reading) -> dict[str, bytes]:
    """Return the content of every file; of several under one path, the last."""
    return {member.path: member.read() for member in reading.files()}
