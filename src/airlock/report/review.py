"""The review for people and machines: what waits, what was done about it, what holds until when."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from airlock.model.review import About, Group, Held, Step, key_of
from airlock.model.waiver import Reach, Waiver
from airlock.report.plain import one_line, printable

_HEADLINE = 160


def held_document(held: Held) -> dict[str, Any]:
    """Return a row of the queue as JSON has it."""
    return {
        "about": (About.FILE if held.sha256 else About.NAME).value,
        "sha256": str(held.sha256) if held.sha256 else None,
        "project": str(held.project),
        "version": held.version,
        "filename": held.filename,
        "source": held.source,
        "decision": held.decision.word,
        "score": held.score,
        "headline": held.headline,
        "checks": list(held.checks),
        "campaign": held.campaign,
        "since": held.since.isoformat(),
        "assignee": held.assignee or None,
        "proposal": held.proposal or None,
    }


def group_document(group: Group) -> dict[str, Any]:
    """Return a campaign in the queue as JSON has it."""
    return {
        "campaign": group.campaign,
        "count": group.count,
        "oldest": group.oldest.isoformat(),
        "example": key_of(group.example),
    }


def step_document(step: Step) -> dict[str, Any]:
    """Return a step as JSON has it; what it does not have is ``null``."""
    return {
        "id": step.id,
        "sha256": str(step.sha256) if step.sha256 else None,
        "name": str(step.name) if step.name else None,
        "kind": step.kind.value,
        "by": step.by,
        "at": step.at.isoformat(),
        "reason": step.reason,
        "scope": step.reach.value,
        "check": step.check or None,
        "expires": step.expires_at.isoformat() if step.expires_at else None,
        "to": step.to or None,
        "waiver": step.waiver or None,
        "of": step.of or None,
        "before": step.before,
        "after": step.after,
    }


def waiver_document(waiver: Waiver) -> dict[str, Any]:
    """Return a decision above a verdict as JSON has it."""
    revoked = waiver.revoked
    return {
        "id": waiver.id,
        "decision": waiver.decision.word,
        "scope": waiver.reach.value,
        "sha256": str(waiver.sha256) if waiver.sha256 else None,
        "project": str(waiver.project) if waiver.project else None,
        "version": waiver.version or None,
        "check": waiver.check or None,
        "reason": waiver.reason,
        "by": waiver.by,
        "created": waiver.created_at.isoformat(),
        "expires": waiver.expires_at.isoformat(),
        "revoked": revoked.at.isoformat() if revoked else None,
    }


def queue_text(told: Mapping[str, Any]) -> str:
    """Return a page of the queue in lines, from the answer of the API."""
    items: Sequence[Mapping[str, Any]] = told["items"]
    if not items:
        return "Nothing waits."
    lines = [_held_line(one) for one in items]
    rest = told["total"] - len(items)
    return "\n".join([*lines, *([f"… and {rest} more"] if rest > 0 else [])])


def _held_line(one: Mapping[str, Any]) -> str:
    marks = [
        f"asked {one['assignee']}" if one["assignee"] else "",
        "waits for a second person" if one["proposal"] else "",
    ]
    state = f"  [{', '.join(filter(None, marks))}]" if any(marks) else ""
    said = one_line(str(one["headline"]), longest=_HEADLINE)
    return (
        f"{(one['sha256'] or 'name')[:12]:<12}  {_day(one['since'])}  {_title(one)}: {said}{state}"
    )


def _title(one: Mapping[str, Any]) -> str:
    return printable(one["filename"]) if one["sha256"] else f"name:{printable(one['project'])}"


def groups_text(groups: Sequence[Mapping[str, Any]]) -> str:
    """Return the campaigns in lines, from the answer of the API."""
    lines = [
        f"{one['count']:>6}  since {_day(one['oldest'])}  {printable(one['campaign'])}"
        for one in groups
    ]
    return "\n".join(lines) or "Nothing waits."


def review_text(told: Mapping[str, Any]) -> str:
    """Return a file under review in lines, from the answer of the API."""
    lines = [
        f"{printable(told['filename'])}  {told['sha256']}" if told["sha256"] else _title(told),
        f"The door says: {printable(told['headline'])}",
    ]
    for finding in told["findings"]:
        place = f" ({printable(finding['path'])}:{finding['line']})" if finding["path"] else ""
        lines.append(
            f"  {finding['severity']:<8} {finding['check']}: {printable(finding['message'])}{place}"
        )
        if not told["sha256"] and finding["evidence"]:
            lines += [f"           {printable(one)}" for one in finding["evidence"].splitlines()]
    lines += [f"In force: {waiver_text(one)}" for one in told["waivers"]]
    lines += [step_text(one) for one in told["steps"]]
    if told["proposal"]:
        lines.append(f"Waits for a second person: airlock review confirm {told['proposal']}")
    return "\n".join(lines)


def step_text(step: Mapping[str, Any]) -> str:
    """Return a step in one line, from the answer of the API."""
    scope = f" the {step['scope']}" if step["expires"] and step["kind"] != "confirm" else ""
    about = " ".join(
        part
        for part in (
            f"what {step['check']} found" if step["check"] else "",
            f"until {_minute(step['expires'])}" if step["expires"] else "",
            f"to {step['to']}" if step["to"] else "",
            f"step {step['of']}" if step["of"] else "",
        )
        if part
    )
    head = (
        f"{step['id']}  {_minute(step['at'])}  {step['by']}: {step['kind']}{scope} {about}".rstrip()
    )
    waits = "" if step["waiver"] or not step["expires"] else " (waits for a second person)"
    return f"{head}: {printable(step['reason'])}{waits}"


def done_text(told: Sequence[Mapping[str, Any]]) -> str:
    """Return what came of a decision about many, in lines, from the answer of the API."""
    return "\n".join(
        step_text(one["step"]) if one["step"] else f"{one['subject']}: not done: {one['error']}"
        for one in told
    )


def waiver_text(waiver: Mapping[str, Any]) -> str:
    """Return a decision in one line, from the answer of the API."""
    scope = waiver["sha256"] or waiver["project"]
    release = f" {waiver['version']}" if waiver["version"] else ""
    check = f"what {waiver['check']} finds in " if waiver["check"] else ""
    if waiver["scope"] == Reach.NAME.value:
        check = "the name "
    return (
        f"{waiver['id']}  {waiver['decision']} {check}{scope}{printable(release)} "
        f"by {printable(waiver['by'])}, until {_minute(waiver['expires'])}: "
        f"{printable(waiver['reason'])}"
    )


def _minute(time: str) -> str:
    return f"{dt.datetime.fromisoformat(time):%Y-%m-%d %H:%M} UTC"


def _day(time: str) -> str:
    return f"{dt.datetime.fromisoformat(time):%Y-%m-%d}"
