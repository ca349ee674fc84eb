"""Alerts as people read them: lines, e-mails, Atom feeds (RFC 4287), a report for a registry."""

import datetime as dt
import xml.etree.ElementTree as ET  # nosec: it is written here, not read
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from airlock.model import Decision, Finding, ProjectName, Severity, Sha256, Verdict
from airlock.model.log import Entry
from airlock.model.vouchers import vouchers
from airlock.model.watching import Alert
from airlock.report.plain import one_line, printable

_PREFIX = "alert-"
_HEADLINE = 300
_EVIDENCE = 600
_ATOM = "http://www.w3.org/2005/Atom"
_MOST_FINDINGS = 40


def alert_of_entry(entry: Entry) -> Alert | None:
    """Return the alert of an entry of the log; ``None`` if it is of another kind."""
    event = entry.event
    if not event.kind.startswith(_PREFIX):
        return None
    details = event.details
    return Alert(
        severity=Severity(event.kind.removeprefix(_PREFIX)),
        decision=Decision.of_word(details["decision"]),
        project=ProjectName(details["project"]),
        version=details["version"],
        filename=details["filename"],
        sha256=Sha256(event.subject),
        headline=details["headline"],
        at=event.at,
        number=entry.seq,
    )


def alert_text(alert: Alert) -> str:
    """Return an alert in one line."""
    when = f"{alert.at:%Y-%m-%d %H:%M}"
    headline = one_line(alert.headline, longest=_HEADLINE)
    return f"{when}  {alert.severity:<8} {printable(alert.filename)}  {headline}"


def alert_document(alert: Alert) -> dict[str, Any]:
    """Return an alert as JSON has it."""
    return {
        "severity": alert.severity.value,
        "decision": alert.decision.word,
        "project": str(alert.project),
        "version": alert.version,
        "filename": alert.filename,
        "sha256": str(alert.sha256),
        "headline": alert.headline,
        "at": alert.at.isoformat(),
        "entry": alert.number,
    }


def mail_subject(alerts: Sequence[Alert]) -> str:
    """Return the subject of a mail about some alerts."""
    worst = max(alerts, key=lambda alert: alert.severity)
    name = one_line(f"{worst.project} {worst.version}", longest=80)
    more = f" and {len(alerts) - 1} more" if len(alerts) > 1 else ""
    return f"[airlock] {worst.severity}: {name}{more}".encode("ascii", "replace").decode()


def mail_body(alerts: Iterable[Alert]) -> str:
    """Return the text of a mail about some alerts."""
    return "\n\n".join(
        f"{alert_text(alert)}\n  sha256 {alert.sha256}\n  airlock watch report {alert.sha256}"
        for alert in alerts
    )


def atom(alerts: Sequence[Alert], severity: Severity, address: str, now: dt.datetime) -> bytes:
    """Return a feed of alerts.

    Args:
        alerts: the newest first.
        severity: the lowest in the feed.
        address: of the feed itself.
        now: the time in UTC, for a feed without entries.
    """
    feed = ET.Element("feed", xmlns=_ATOM)
    _child(feed, "title", f"Airlock: {severity} and worse")
    _child(feed, "id", address)
    ET.SubElement(feed, "link", rel="self", href=address)
    _child(feed, "updated", _time(alerts[0].at if alerts else now))
    _child(ET.SubElement(feed, "author"), "name", "Airlock")
    for alert in alerts:
        entry = ET.SubElement(feed, "entry")
        what = f"{alert.decision.word}: {alert.project} {alert.version}"
        _child(entry, "title", one_line(what, longest=200))
        _child(entry, "id", f"urn:airlock:{alert.sha256}:{alert.number}")
        _child(entry, "updated", _time(alert.at))
        ET.SubElement(entry, "category", term=alert.severity.value)
        _child(entry, "summary", alert_text(alert))
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _child(parent: ET.Element, name: str, text: str) -> None:
    # What does not print, and what XML cannot have, stands as an escape.
    ET.SubElement(parent, name).text = printable(text)


def _time(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def registry_report(verdict: Verdict) -> str:
    """Return a report that the people of a registry can act upon: file, line and reason."""
    artifact = verdict.artifact
    listed = artifact.release.listed
    lines = [
        f"Report on {artifact.release.project} {artifact.release.version}",
        "",
        f"File:      {printable(artifact.name.filename)}",
        f"SHA-256:   {artifact.sha256}",
        f"Uploaded:  {listed.upload_time.isoformat() if listed and listed.upload_time else '?'}",
        f"Index:     {printable(artifact.release.source or 'none')}",
        *_signers(verdict),
        f"Examined:  {verdict.decided_at.isoformat()} (nothing was installed to find this)",
        "",
        "What it does:",
        *(f"- {one_line(reason.message, longest=_HEADLINE)}" for reason in verdict.reasons[:10]),
        "",
        "Where:",
    ]
    for finding in worst_findings(verdict)[:_MOST_FINDINGS]:
        lines += _finding_lines(finding)
    return "\n".join(lines) + "\n"


def _signers(verdict: Verdict) -> Iterator[str]:
    """Yield who signed the file, as far as that was verified."""
    signers = dict.fromkeys(one.identity.label for one in vouchers(verdict.outcomes) if one.issuer)
    for signer in signers:
        yield f"Signed by: {one_line(signer, longest=_HEADLINE)} (attested, and verified)"


def worst_findings(verdict: Verdict) -> list[Finding]:
    """Return what speaks against an artifact, the worst first."""
    found = [f for o in verdict.outcomes for f in o.findings if not f.suppressed]
    bad = [finding for finding in found if finding.severity >= Severity.MEDIUM]
    return sorted(bad, key=lambda one: (-one.severity.rank, -one.confidence.rank, one.path))


def _finding_lines(finding: Finding) -> Iterator[str]:
    place = printable(finding.path) or "the whole file"
    line = f", line {finding.line}" if finding.line else ""
    yield f"- {place}{line}: {one_line(finding.message, longest=_HEADLINE)}"
    yield f"  ({finding.check}; {finding.severity}, {finding.confidence} confidence)"
    if finding.evidence:
        shown = printable(finding.evidence[:_EVIDENCE], keep_lines=True).splitlines()
        yield from (f"    | {text}" for text in shown[:12])
