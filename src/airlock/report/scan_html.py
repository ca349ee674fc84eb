"""A scan as one HTML file: for people who were not there, in an archive or a mail.

- The file is whole in itself: no script, no font, no picture and no style comes from elsewhere, and
  its content security policy forbids the browser to fetch any.
- Every text of a package is escaped twice: what does not print is shown as an escape
  (``report.plain``), and the template engine makes the rest harmless.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airlock.model import Finding, PolicyVersion, Severity, Status, Verdict
from airlock.report.order import worst_first
from airlock.report.plain import printable
from airlock.report.results import Result, Unexamined

_ORDER = ("refused", "held", "unexamined", "admitted")
_PAST = {"admit": "admitted", "hold": "held", "refuse": "refused"}


def render_scan_html(
    results: Sequence[Result],
    policy: PolicyVersion,
    *,
    now: dt.datetime,
    about: Mapping[str, str],
    notes: Iterable[str] = (),
) -> str:
    """Return the page.

    Args:
        results: of the scan; the worst are shown first.
        policy: that judged.
        now: when it was made, in UTC.
        about: the documentation of each check by its id.
        notes: on suppressions that have ended or cover nothing.
    """
    from airlock.report.frame import render

    targets = sorted(map(_target, results), key=lambda target: _ORDER.index(target["state"]))
    counts = Counter(target["state"] for target in targets)
    return render(
        "airlock.report",
        "scan.html",
        targets=targets,
        counts=[(state, counts[state]) for state in _ORDER if counts[state]],
        total=len(targets),
        checks=_checks(results, about),
        policy=policy,
        made_at=now.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        notes=[printable(note) for note in notes],
    )


def _target(result: Result) -> dict[str, Any]:
    if isinstance(result, Unexamined):
        return {
            "state": "unexamined",
            "name": printable(result.name),
            "project": "",
            "sha256": "",
            "seconds": None,
            "reasons": [printable(text) for text in (result.reason, result.hint) if text],
            "findings": [],
            "outcomes": [],
            "score": None,
        }
    artifact = result.artifact
    return {
        "state": _PAST[result.decision.word],
        "name": printable(artifact.name.filename),
        "project": f"{artifact.release.project} {printable(artifact.release.version)}",
        "sha256": str(artifact.sha256),
        "seconds": f"{result.seconds:.2f}",
        "score": f"{result.score:.2f}",
        "reasons": [printable(one.message) for one in result.reasons if one.rule != "finding"],
        "findings": [_finding(one) for one in worst_first(result)],
        "outcomes": [
            {
                "check": outcome.check,
                "version": outcome.version,
                "status": outcome.status.value,
                "reason": printable(outcome.reason),
                "count": len(outcome.findings),
            }
            for outcome in result.outcomes
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    from airlock.report.frame import highlighted

    where = printable(finding.path)
    return {
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": printable(finding.message),
        "where": f"{where}:{finding.line}" if where and finding.line else where,
        "check": finding.check,
        "lines": highlighted(finding.evidence.strip("\n"), path=finding.path),
        "digest": finding.digest,
        "suppressed": printable(finding.suppressed),
        "context": finding.severity is Severity.INFO,
    }


def _checks(results: Iterable[Result], about: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the checks that were asked, with how they ended over all."""
    ended: dict[str, Counter[str]] = {}
    for result in results:
        if isinstance(result, Verdict):
            for outcome in result.outcomes:
                ended.setdefault(outcome.check, Counter())[outcome.status.value] += 1
    return [
        {
            "id": check,
            "title": about.get(check, "").partition("\n")[0],
            "saw": counts[Status.SAW.value],
            "skipped": counts[Status.SKIPPED.value],
            "failed": counts[Status.FAILED.value],
        }
        for check, counts in sorted(ended.items())
    ]
