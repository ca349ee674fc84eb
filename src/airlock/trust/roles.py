"""Roles, their lifetimes, the paths of targets, and how many bins there are.

::

    root ─┬─ timestamp                     online
          ├─ snapshot                      online, with a key of its own
          └─ targets ─┬─ claimed           offline; delegates ``files/flask/*`` to project-flask
                      ├─ recently-claimed  online; likewise, until the next ceremony
                      └─ bins              offline
                           └─ b-0 … b-n    online, by the hash of a target's path (TAP 15)

    project-flask                          the developers' own keys

Targets are looked for from top to bottom. The delegations of ``claimed`` and ``recently-claimed``
are terminating: of a claimed project only what its developers signed is ever found.

Sources: PEP 458 (metadata expiry times; PyPI and key requirements; number of bins), PEP 480
(claimed, recently-claimed and unclaimed projects; silent on termination), TAP 15.
"""

import datetime as dt
import math
import re
from typing import Final

from airlock.errors import UsageError
from airlock.model import ProjectName

ROOT: Final = "root"
TARGETS: Final = "targets"
BINS: Final = "bins"
CLAIMED: Final = "claimed"
RECENT: Final = "recently-claimed"
SNAPSHOT: Final = "snapshot"
TIMESTAMP: Final = "timestamp"
BIN: Final = "bin"
"""Any of the bins themselves."""
BIN_PREFIX: Final = "b"
"""Of the names of bins: each stands in the snapshot, which every client loads."""
PROJECT_PREFIX: Final = "project-"

OFFLINE: Final = (ROOT, TARGETS, BINS, CLAIMED)
ONLINE: Final = (TIMESTAMP, SNAPSHOT, BIN, RECENT)
"""Roles with online keys, each with its own (PEP 480, table 1)."""
TOP: Final = (ROOT, TARGETS, SNAPSHOT, TIMESTAMP)
OFFLINE_LIFE: Final = dt.timedelta(days=365)
ONLINE_LIFE: Final = dt.timedelta(days=1)
RESIGNED_BEFORE: Final = dt.timedelta(hours=8)
"""A bin is signed anew when it has less than this to live: an outage of less harms nobody."""

# 16,384 bins are enough for millions of files (PEP 458); a snapshot has 29 bytes for each.
MOST_BITS: Final = 16
FEWEST_BITS: Final = 4
# The bytes of one target in its bin, and of one bin in the snapshot once it was signed a thousand
# times; measured (benchmarks/trust.py). A client that installs twenty files is to be served.
_TARGET_BYTES = 154
_ENTRY_BYTES = 30
_FILES_OF_A_CLIENT = 20

_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!~-]{0,199}", re.ASCII)
_MOST_SEGMENTS = 4


def file_target(project: ProjectName, filename: str) -> str:
    """Return the path of a file of a project: ``files/flask/flask-3.0-py3-none-any.whl``.

    The project stands in the path, so that a delegation can name one project's files and no
    others (PEP 480).
    """
    return checked_path(f"files/{project}/{filename}")


def page_target(project: ProjectName) -> str:
    """Return the path of a project's page in the simple API, as JSON (PEP 691)."""
    return checked_path(f"simple/{project}/index.json")


def project_role(project: ProjectName) -> str:
    """Return the role of a project's developers."""
    return f"{PROJECT_PREFIX}{project}"


def project_files(project: ProjectName) -> str:
    """Return the pattern of the paths that a project's developers sign, and no others."""
    return f"files/{project}/*"


def project_of(path: str) -> ProjectName | None:
    """Return the project of a file's path; ``None`` for any other target."""
    folder, _, rest = path.partition("/")
    return ProjectName(rest.partition("/")[0]) if folder == "files" else None


def checked_path(path: str) -> str:
    """Return the path of a target if it can be one here.

    Plain segments only: what is signed has one spelling, which is a path on every host and in
    every canonical form.

    Raises:
        UsageError: if it cannot.
    """
    segments = path.split("/")
    plain = all(_SEGMENT.fullmatch(one) and ".." not in one for one in segments)
    if not plain or not 1 < len(segments) <= _MOST_SEGMENTS:
        raise UsageError(f"{path[:200]!r} cannot be the path of a target")
    return path


def hashed_path(path: str, sha256: str) -> str:
    """Return where the file of a target is asked for (TUF, consistent snapshots)."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{sha256}.{name}"


def bits_for(files: int) -> int:
    """Return how many bits of a path's hash tell its bin, for a number of targets.

    A client loads the snapshot, which grows with the number of bins, and one bin for each file,
    which shrink with it; the sum is smallest where both are the same.
    """
    best = math.sqrt(max(files, 1) * _FILES_OF_A_CLIENT * _TARGET_BYTES / _ENTRY_BYTES)
    return min(max(round(math.log2(best)), FEWEST_BITS), MOST_BITS)


def expires(now: dt.datetime, life: dt.timedelta) -> dt.datetime:
    """Return when something that is signed now expires: TUF knows whole seconds only."""
    return (now + life).replace(microsecond=0)
