"""Logs of detonations that were kept, and what they mean today."""

from pathlib import Path

from airlock.behaviour import Trace, compare, judge
from airlock.behaviour import log as logs
from airlock.errors import InvalidFilename, MalformedDocument, TargetNotFound
from airlock.model import ArtifactName
from airlock.report.detonations import Detonated


def replay(trace: Trace, previous: Trace | None = None) -> Detonated:
    """Return what a trace that was kept means, as it is judged today."""
    return Detonated(
        trace=trace,
        judgement=judge(trace, previous),
        comparison=compare(previous, trace) if previous else None,
    )


def read_log(path: Path) -> Trace:
    """Read a trace that was kept.

    Raises:
        MalformedDocument: if the file is no such trace.
        TargetNotFound: if it cannot be read.
    """
    try:
        if path.stat().st_size > logs.MOST_BYTES:
            raise MalformedDocument(f"{path} is larger than any log that Airlock writes")
        with path.open("rb") as lines:
            return logs.read(lines, str(path))
    except OSError as error:
        raise TargetNotFound(f"{path} cannot be read: {error.strerror}") from error


def is_log(text: str) -> bool:
    """Tell whether a text names a file that is no package, by its name."""
    path = Path(text)
    try:
        return path.is_file() and not _is_package(path.name)
    except OSError:
        return False


def _is_package(filename: str) -> bool:
    try:
        ArtifactName.parse(filename)
    except InvalidFilename:
        return False
    return True
