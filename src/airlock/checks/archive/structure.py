"""Containers that are not what they should be.

A wheel is a zip, a source distribution a tar or zip, and both formats can be written so that two
tools unpack two different packages from one file, or so that a scanner gives up where an installer
does not. This check reports everything that reading the container brought to light: entries that
only some tools see, paths and links that lead out of the folder, headers that contradict one
another, contents that break their own checksums, bombs.

- **high**: what no packaging tool writes, such as a second directory, a path with `..`, an entry
  under another name than its header has, or a file that is two archives at once.
- **medium**: what only broken or unusual tools write.
- **low** and **info**: what honest releases have, too, such as links inside the archive, comments,
  or broken archives among the data of tests.

If anything was left unread (a limit, encryption, damage), the check *fails* after having reported
what there is: an archive of which a part was not looked at is not clean. Limits are described in
`airlock.archive.Limits`.
"""

from collections.abc import Iterator

from airlock.archive import Anomaly
from airlock.checks.interface import Check, Subject
from airlock.errors import NotExamined
from airlock.model import Finding

_MOST_NAMED = 3


class Structure(Check):
    """Is the container what it should be, and was all of it read?"""

    id = "archive-structure"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each anomaly.

        Raises:
            NotExamined: if something was left unread.
        """
        reading = subject.reading
        for anomaly in reading.anomalies:
            yield _finding(anomaly)
        if not reading.whole:
            unread = [anomaly for anomaly in reading.anomalies if anomaly.unread]
            named = "; ".join(_told(anomaly) for anomaly in unread[:_MOST_NAMED])
            more = len(unread) - _MOST_NAMED
            raise NotExamined(
                f"not everything in the archive was read: {named}"
                + (f"; and {more} more" if more > 0 else "")
            )


def _finding(anomaly: Anomaly) -> Finding:
    message = anomaly.message[:1].upper() + anomaly.message[1:]
    return Finding(
        severity=anomaly.severity,
        confidence=anomaly.confidence,
        message=message if message.endswith(".") else f"{message}.",
        path=anomaly.path,
        evidence=anomaly.code,
    )


def _told(anomaly: Anomaly) -> str:
    return f"{anomaly.path}: {anomaly.message}" if anomaly.path else anomaly.message
