"""Records of evaluated archives, to count."""

from typing import Any

from evals.records import Record, Report, Seen, Spoke

CHECK = "code-example"


def record(decision: str = "admit", **changes: Any) -> Record:
    """Return a record that was decided so, by one finding of one check."""
    stopped = decision in {"hold", "refuse"}
    fields: dict[str, Any] = {
        "label": "malware",
        "name": "evil-pkg",
        "version": "1.0",
        "filename": "evil_pkg-1.0.tar.gz",
        "sha256": "0" * 64,
        "kind": "sdist",
        "group": "one",
        "added": "2024-08-15",
        "decision": decision,
        "reasons": (Spoke(decision=decision, rule="finding", check=CHECK, message="bad"),)
        if stopped
        else (),
        "findings": (Seen(check=CHECK, severity="low", confidence="low", message="odd"),),
        "without": {CHECK: "admit"} if stopped else {},
        "cpu_seconds": 0.1,
    }
    return Record(**(fields | changes))


def benign(decision: str = "admit", **changes: Any) -> Record:
    """Return the record of a benign archive."""
    fields = {"label": "benign", "group": changes.get("sha256", "b"), "added": ""}
    return record(decision, **(fields | {"filename": "harbour-1.0.tar.gz"} | changes))


def report(*records: Record, **changes: Any) -> Report:
    """Return a report of some records."""
    fields: dict[str, Any] = {
        "tool_version": "0",
        "checks_version": "c",
        "policy": "default p",
        "since": "2024-07-01",
        "finished_at": "2026-11-23T12:00:00+00:00",
        "wall_seconds": 1.0,
        "jobs": 2,
        "records": records,
    }
    return Report(**(fields | changes))
