"""The JSON document of ``scan``: schema 1, described by docs/reference/scan.schema.json.

Within a schema number fields are only ever added.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from airlock import __version__
from airlock.model import Outcome, PolicyVersion, Verdict
from airlock.model.name_verdict import NameVerdict
from airlock.report.results import Result, Unexamined

SCHEMA = 1


def render_json(results: Iterable[Result], policy: PolicyVersion, notes: Iterable[str] = ()) -> str:
    """Return the document, indented, with a final line feed.

    Args:
        results: of the command.
        policy: that judged.
        notes: on suppressions that have ended or cover nothing.
    """
    document = {
        "schema": SCHEMA,
        "tool": {"name": "airlock", "version": __version__},
        "policy": {"name": policy.name, "version": policy.version},
        "targets": [target_document(result) for result in results],
        "notes": list(notes),
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def target_document(result: Result) -> dict[str, Any]:
    """Return one target, as JSON-ready values."""
    if isinstance(result, Unexamined):
        return _unexamined(result)
    return _examined(result)


def _examined(verdict: Verdict) -> dict[str, Any]:
    artifact = verdict.artifact
    return {
        "name": str(artifact.release.project),
        "version": artifact.release.version,
        "filename": artifact.name.filename,
        "sha256": str(artifact.sha256),
        "decision": verdict.decision.word,
        "score": verdict.score,
        "seconds": verdict.seconds,
        **judgement(verdict),
    }


def judgement(verdict: Verdict | NameVerdict) -> dict[str, Any]:
    """Return why a verdict is what it is: its reasons, what was found and what was asked."""
    return {
        "reasons": [
            {
                "decision": reason.decision.word,
                "rule": reason.rule,
                "message": reason.message,
                "check": reason.check,
            }
            for reason in verdict.reasons
        ],
        "findings": [
            msgspec.to_builtins(finding)
            for outcome in verdict.outcomes
            for finding in outcome.findings
        ],
        "outcomes": [_outcome(outcome) for outcome in verdict.outcomes],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "check": outcome.check,
        "version": outcome.version,
        "status": outcome.status.value,
        "reason": outcome.reason,
    }


def _unexamined(result: Unexamined) -> dict[str, Any]:
    return {
        "name": encodable(result.name),
        "version": "",
        "filename": "",
        "sha256": "",
        "decision": "hold",
        "score": 0.0,
        "seconds": 0.0,
        **no_judgement(result),
    }


def no_judgement(result: Unexamined) -> dict[str, Any]:
    """Return why a target that could not be examined is held, as ``judgement`` does."""
    reason = encodable(result.reason)
    return {
        "reasons": [
            {"decision": "hold", "rule": "floor", "message": reason, "check": "source"},
        ],
        "findings": [],
        "outcomes": [{"check": "source", "version": 1, "status": "failed", "reason": reason}],
    }


def encodable(text: str) -> str:
    """Return the text with an escape for every byte of a file name that is no text (PEP 383)."""
    return text.encode("utf-8", "backslashreplace").decode()
