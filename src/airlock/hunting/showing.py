"""What a hunt found, for people and for machines."""

from collections.abc import Iterable
from typing import Any

from airlock.hunting.campaigns import Campaign
from airlock.model.hunting import Hit, Scan
from airlock.report.plain import one_line, printable

_HEADLINE = 160
_SHARED = 5
_MEMBERS = 10


def scan_text(scan: Scan) -> str:
    """Return a scan in one line."""
    headline = one_line(scan.headline, longest=_HEADLINE)
    return f"{scan.released_at:%Y-%m-%d}  {scan.severity:<8} {printable(scan.filename)}  {headline}"


def scan_document(scan: Scan) -> dict[str, Any]:
    """Return a scan as JSON has it."""
    return {
        "project": str(scan.project),
        "version": scan.version,
        "filename": scan.filename,
        "sha256": str(scan.sha256),
        "decision": scan.decision.word,
        "severity": scan.severity.value,
        "released": scan.released_at.isoformat(),
        "headline": scan.headline,
    }


def campaign_text(campaign: Campaign) -> str:
    """Return a campaign in a few lines: what is shared, and by whom."""
    projects = sorted({str(scan.project) for scan in campaign.scans})
    first, last = campaign.scans[0].released_at, campaign.scans[-1].released_at
    shared = [
        f"  {one.kind}: {one_line(one.value, longest=_HEADLINE)}"
        for one in campaign.shared[:_SHARED]
    ]
    more = f" and {len(projects) - _MEMBERS} more" if len(projects) > _MEMBERS else ""
    files = f"{len(campaign.scans)} files of {len(projects)} projects"
    return "\n".join(
        [
            f"{files}, {first:%Y-%m-%d} to {last:%Y-%m-%d}: {', '.join(projects[:_MEMBERS])}{more}",
            *shared,
        ]
    )


def campaign_document(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign as JSON has it."""
    return {
        "scans": [scan_document(scan) for scan in campaign.scans],
        "shared": [{"kind": one.kind.value, "value": one.value} for one in campaign.shared],
    }


def hit_text(hit: Hit) -> str:
    """Return a hit in one line."""
    place = f" {printable(hit.path)}" if hit.path else ""
    line = f":{hit.line}" if hit.line else ""
    message = one_line(hit.message, longest=_HEADLINE)
    return f"{printable(hit.filename)}{place}{line}: {message}  {hit.sha256}"


def hits_document(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """Return hits as JSON has them."""
    return [
        {
            "filename": hit.filename,
            "sha256": str(hit.sha256),
            "message": hit.message,
            "path": hit.path,
            "line": hit.line,
            "failed": hit.failed,
        }
        for hit in hits
    ]
