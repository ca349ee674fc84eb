"""What an evaluation writes down about each archive; the report is made of nothing else."""

import msgspec

from airlock.errors import MalformedDocument
from evals.corpus import Label

SCHEMA = 1


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One finding."""

    check: str
    severity: str
    confidence: str
    message: str
    path: str = ""
    line: int = 0
    evidence: str = ""
    """Only of benign archives: a report must not carry pieces of live malware."""


class Spoke(msgspec.Struct, frozen=True, kw_only=True):
    """One reason of a verdict."""

    decision: str
    rule: str
    check: str
    message: str


class PeerAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What another tool says of the same archive."""

    flagged: dict[str, bool] = {}
    """By the name of a threshold, such as ``score>=5``."""
    score: float | None = None
    cpu_seconds: float = 0.0
    error: str = ""
    """Why it has no answer; then it flagged nothing."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One archive, evaluated or not."""

    label: Label
    name: str
    version: str
    filename: str
    sha256: str
    kind: str
    group: str
    """Archives with the same group count once."""
    added: str = ""
    problem: str = ""
    """Why it was not evaluated; then nothing below is filled."""
    decision: str = ""
    score: float = 0.0
    reasons: tuple[Spoke, ...] = ()
    findings: tuple[Seen, ...] = ()
    """The worst ones above ``info``."""
    without: dict[str, str] = {}
    """For each check that had a part in it, what would have been decided without its findings."""
    failures: dict[str, str] = {}
    """Checks that could not look at everything, with the reason."""
    unexamined: bool = False
    """Held by the floor alone: for what was not seen, not for what was."""
    cpu_seconds: float = 0.0
    """User and system time of the process that examined it, and of its children."""
    wall_seconds: float = 0.0
    peers: dict[str, PeerAnswer] = {}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One run."""

    schema: int = SCHEMA
    tool_version: str
    checks_version: str
    policy: str
    """Name and version."""
    left_out: tuple[str, ...] = ()
    """Checks whose findings and failures were not counted (``--without``)."""
    since: str
    """The day from which archives count as recent."""
    finished_at: str
    wall_seconds: float
    jobs: int
    records: tuple[Record, ...]
    figures: dict[str, object] = {}
    """What was made of the records; see ``evals.figures``."""


def read_report(data: bytes, origin: str) -> Report:
    """Return a report that was written as JSON.

    Raises:
        MalformedDocument: if it is none, or one of another schema.
    """
    try:
        report = msgspec.json.decode(data, type=Report)
    except msgspec.MsgspecError as error:
        raise MalformedDocument(f"{origin} is no report of evals: {error}") from error
    if report.schema != SCHEMA:
        raise MalformedDocument(f"{origin} has schema {report.schema}, not {SCHEMA}")
    return report
