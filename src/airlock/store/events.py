"""What the log says of changes that the store makes by itself, one function for each kind."""

from airlock.model import Verdict
from airlock.model.hosting import Remark, Upload
from airlock.model.log import Event
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import Claim
from airlock.model.review import Step
from airlock.model.waiver import Revocation, Waiver
from airlock.model.watching import Alert

_GATE = "the gate"


def of_verdict(verdict: Verdict) -> Event:
    """Return that an artifact was judged; from then on the verdict is what doors enforce."""
    artifact = verdict.artifact
    return Event(
        kind="verdict",
        subject=str(artifact.sha256),
        by=_GATE,
        at=verdict.decided_at,
        details={
            "decision": verdict.decision.word,
            "project": str(artifact.release.project),
            "filename": artifact.name.filename,
            "policy": verdict.policy.version,
            "checks": verdict.checks_version,
        },
    )


def of_alert(alert: Alert) -> Event:
    """Return that people have to know of an artifact: what webhooks and feeds tell."""
    return Event(
        kind=f"alert-{alert.severity}",
        subject=str(alert.sha256),
        by="the watch",
        at=alert.at,
        details={
            "decision": alert.decision.word,
            "project": str(alert.project),
            "version": alert.version,
            "filename": alert.filename,
            "headline": alert.headline,
        },
    )


def of_name_verdict(verdict: NameVerdict) -> Event:
    """Return that a name was judged."""
    return Event(
        kind="name-verdict",
        subject=str(verdict.project),
        by=_GATE,
        at=verdict.decided_at,
        details={"decision": verdict.decision.word, "checks": verdict.checks_version},
    )


def of_waiver(waiver: Waiver) -> Event:
    """Return that a person decided above a verdict."""
    return Event(
        kind="waiver",
        subject=str(waiver.scope),
        by=waiver.by,
        at=waiver.created_at,
        details={
            "id": waiver.id,
            "decision": waiver.decision.word,
            "reason": waiver.reason,
            "until": waiver.expires_at.isoformat(),
            **({"version": waiver.version} if waiver.version else {}),
            **({"check": waiver.check} if waiver.check else {}),
        },
    )


def of_revocation(revocation: Revocation, waiver: Waiver | None) -> Event:
    """Return that a waiver was ended, and what it said until then."""
    before = {}
    if waiver is not None:
        until = f"until {waiver.expires_at.isoformat()}, by {waiver.by}: {waiver.reason}"
        told = f"{waiver.decision.word} {waiver.about} {until}"
        before = {"before": told, "after": "the verdict counts again"}
    return Event(
        kind="waiver-revoked",
        subject=revocation.waiver,
        by=revocation.by,
        at=revocation.at,
        details={"reason": revocation.reason, **before},
    )


def of_claim(claim: Claim) -> Event:
    """Return that somebody said to whom a name belongs."""
    return Event(
        kind="claim",
        subject=str(claim.pattern),
        by=claim.by,
        at=claim.at,
        details={
            "origin": claim.origin.value,
            "owner": claim.owner.word,
            "organisation": claim.organisation,
            "reason": claim.reason,
        },
    )


def of_upload(upload: Upload) -> Event:
    """Return that somebody uploaded a file."""
    return Event(
        kind="upload",
        subject=str(upload.project),
        by=upload.by,
        at=upload.uploaded_at,
        details={
            "filename": upload.filename,
            "version": upload.version,
            "sha256": str(upload.sha256),
        },
    )


def of_remark(remark: Remark) -> Event:
    """Return that somebody yanked or deleted something, or marked a project."""
    details = {
        "version": remark.version,
        "filename": remark.filename,
        "status": remark.status.value if remark.status else "",
        "reason": remark.reason,
    }
    told = {name: value for name, value in details.items() if value}
    subject = str(remark.project)
    return Event(kind=remark.kind.value, subject=subject, by=remark.by, at=remark.at, details=told)


def of_step(step: Step) -> Event:
    """Return that somebody took a step in a review, with what the door said before and after."""
    details = {
        "id": step.id,
        "reason": step.reason,
        "reach": step.reach.value if step.kind.decides else "",
        "check": step.check,
        "until": step.expires_at.isoformat() if step.expires_at else "",
        "to": step.to,
        "of": step.of,
        "waiver": step.waiver,
        "before": step.before,
        "after": step.after,
    }
    told = {name: value for name, value in details.items() if value}
    kind = f"review-{step.kind.value}"
    return Event(kind=kind, subject=str(step.subject), by=step.by, at=step.at, details=told)
