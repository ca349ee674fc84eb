"""What people may do about what was held, and what comes of it. Pure: time and ids are passed in.

- A decision has a person, a reason and an end. What is decided for good belongs in the policy.
- Where the policy asks for two persons, the first proposes and nothing changes; another *user*, not
  the same one by another token, confirms. Who shares an identity with others (the operator, a
  machine of a team) is nobody's second, nor first.
- A proposal that ended, was confirmed or was undone cannot be confirmed.
- Undoing takes away what a step brought, whatever came after it: a waiver is revoked, a proposal or
  a question withdrawn. What is undone stays in the record.
- To end what somebody else keeps out is to let it in: where that needs two, one cannot.
- Known malware is let in by its very digest only, and by no waiver of a check.
- Who lets a name in says nothing of what is in its files: that is asked for with the whole project.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

import msgspec

from airlock.errors import Forbidden, Outdated, TargetNotFound, UsageError
from airlock.model import Decision, Finding, Outcome, Sha256
from airlock.model.access import Kind, Principal
from airlock.model.review import Step, StepKind
from airlock.model.waiver import NAMES, Reach, Revocation, Waiver
from airlock.policy.advisories import MALWARE
from airlock.policy.review import ReviewRules
from airlock.reviewing.cases import Case, closed, person
from airlock.store.reviews import Change


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to decide."""

    kind: StepKind
    reason: str
    days: float
    """After how many it ends."""
    reach: Reach | None = None
    """``None``: no farther than what is looked at, the file or the name."""
    check: str = ""
    """Whose findings are to count for nothing; only for ``WAIVE``."""


def decided(  # noqa: PLR0913 - a decision is made of that many parts
    case: Case, wish: Wish, by: Principal, rules: ReviewRules, *, now: dt.datetime, new_id: str
) -> Change:
    """Return what comes of a decision: a waiver, or a proposal that waits for a second person.

    Raises:
        Forbidden: if two persons are needed and who decides is no single person.
        Outdated: if something waits for a second person already.
        UsageError: if it makes no sense.
    """
    _check(case, wish)
    until = _end(wish.days, rules, now)
    reach = _reach(case, wish)
    step = msgspec.structs.replace(
        _step(case, wish.kind, wish.reason, by, now, new_id),
        reach=reach,
        check=wish.check,
        expires_at=until,
    )
    # What one person may not let in, they may not let in for longer either.
    before = max(case.decision, case.otherwise)
    if not rules.needs_two(wish.kind.decision, before, reach, wish.check):
        return _with_waiver(case, step, step)
    _require_user(by)
    waiting = case.open_proposal
    if waiting and now < (waiting.expires_at or now):
        raise Outdated(
            f"{waiting.by} proposed to {waiting.kind} it already",
            hint=f"Confirm that ({waiting.id}), or undo it first.",
        )
    # Checked now: a second person should not be the one who learns that it cannot be.
    waiver_of(case, step, step.id)
    return Change(step=step, assignee="", proposal=step.id)


def confirmed(  # noqa: PLR0913 - likewise
    case: Case, of: str, reason: str, by: Principal, *, now: dt.datetime, new_id: str
) -> Change:
    """Return what comes of it that a second person agrees.

    Raises:
        Forbidden: if it is not another person.
        Outdated: if nothing waits for them any more.
    """
    proposal = case.open_proposal
    if proposal is None or proposal.id != of:
        raise Outdated(f"the step {of[:80]} does not wait for a second person")
    _require_user(by)
    if proposal.by == person(by):
        raise Forbidden(f"{proposal.by} proposed this; somebody else has to confirm it")
    if now >= (proposal.expires_at or now):
        raise Outdated("what was proposed has ended meanwhile")
    step = msgspec.structs.replace(
        proposal,
        id=new_id,
        kind=StepKind.CONFIRM,
        by=person(by),
        at=now,
        reason=reason.strip() or f"agreed: {proposal.reason}",
        of=proposal.id,
        before=case.headline,
    )
    return _with_waiver(case, step, proposal)


def asked(  # noqa: PLR0913 - likewise
    case: Case, to: str, question: str, by: Principal, *, now: dt.datetime, new_id: str
) -> Change:
    """Return what comes of asking a colleague; whether they may decide, the caller knows."""
    step = msgspec.structs.replace(_step(case, StepKind.ASK, question, by, now, new_id), to=to)
    _require_line("question", question)
    return Change(step=step, assignee=to, proposal=_id_of(case.open_proposal))


def undone(  # noqa: PLR0913 - likewise
    case: Case, of: str, reason: str, by: Principal, *, now: dt.datetime, new_id: str
) -> Change:
    """Return what comes of taking a step back.

    Raises:
        TargetNotFound: if there is no such step.
        Outdated: if it was taken back already, or was confirmed and so became another's.
    """
    step = next((one for one in case.steps if one.id == of), None)
    if step is None or step.kind is StepKind.UNDO:
        raise TargetNotFound(f"there is no step {of[:80]} to undo in this review")
    if step.id in closed(case.steps):
        raise Outdated(f"the step {step.id} was undone or confirmed already")
    _require_line("reason", reason)
    undo = msgspec.structs.replace(_step(case, StepKind.UNDO, reason, by, now, new_id), of=step.id)
    rest = msgspec.structs.replace(case, steps=(*case.steps, undo))
    question = rest.open_question
    revocation = (
        Revocation(waiver=step.waiver, by=person(by), reason=reason, at=now)
        if step.waiver
        else None
    )
    return Change(
        step=undo,
        assignee=question.to if question else "",
        proposal=_id_of(rest.open_proposal),
        revocation=revocation,
    )


def check_end(waiver: Waiver, by: Principal, rules: ReviewRules) -> None:
    """Return if one person may end a decision before its time.

    Raises:
        Forbidden: if somebody else keeps something out by it, and to let that in needs two.
    """
    if not may_end(waiver, by, rules):
        raise Forbidden(
            f"{waiver.by} keeps this out, and to let it in needs two persons",
            hint="Approve it: somebody else then confirms.",
        )


def may_end(waiver: Waiver, by: Principal, rules: ReviewRules) -> bool:
    """Tell whether one person may end a decision before its time."""
    if waiver.decision is Decision.ADMIT or waiver.by == person(by):
        return True
    return not rules.needs_two(Decision.ADMIT, waiver.decision, waiver.reach, "")


def waiver_of(case: Case, step: Step, waiver_id: str) -> Waiver:
    """Return the waiver that a decision comes to.

    Raises:
        UsageError: if it makes no sense.
    """
    decided_on = step.expires_at or step.at
    sha256 = case.subject if isinstance(case.subject, Sha256) else None
    of_file = step.reach is Reach.FILE
    return Waiver(
        id=waiver_id,
        decision=Decision.REFUSE if step.kind is StepKind.REFUSE else Decision.ADMIT,
        reason=step.reason,
        by=step.by,
        created_at=step.at,
        expires_at=decided_on,
        sha256=sha256 if of_file else None,
        project=None if of_file else case.project,
        version=case.version if step.reach is Reach.RELEASE else "",
        check=NAMES if step.reach is Reach.NAME else step.check,
    )


def without(outcomes: Iterable[Outcome], checks: Collection[str]) -> tuple[Outcome, ...]:
    """Return outcomes without what some checks found; that one failed stays as it is.

    For a name (``NAMES``) that is what its checks say of the name, not of what is in a file.
    """
    spared = frozenset(checks) - {MALWARE}
    return tuple(
        msgspec.structs.replace(
            one, findings=tuple(f for f in one.findings if not _is_spared(one.check, f, spared))
        )
        for one in outcomes
    )


def _is_spared(check: str, finding: Finding, spared: Collection[str]) -> bool:
    of_name = check.startswith(NAMES.removesuffix("*")) and not finding.path
    return check in spared or (NAMES in spared and of_name)


def standing_after(change: Change, waivers: Sequence[Waiver]) -> tuple[Waiver, ...]:
    """Return the waivers that hold once a change is made, the newest first."""
    ended = change.revocation.waiver if change.revocation else ""
    kept = tuple(waiver for waiver in waivers if waiver.id != ended)
    return (change.waiver, *kept) if change.waiver else kept


def told(change: Change, after: str) -> Change:
    """Return a change whose step says what the door says once it is made."""
    return change._replace(step=msgspec.structs.replace(change.step, after=after))


def _with_waiver(case: Case, step: Step, proposal: Step) -> Change:
    waiver = waiver_of(case, msgspec.structs.replace(proposal, at=step.at), step.id)
    if step.by != proposal.by:
        both = f"{proposal.by} and {step.by}"
        waiver = msgspec.structs.replace(waiver, by=both)
    made = msgspec.structs.replace(step, waiver=waiver.id)
    return Change(step=made, assignee="", proposal="", waiver=waiver)


def _step(  # noqa: PLR0913, PLR0917 - what every step has
    case: Case, kind: StepKind, reason: str, by: Principal, now: dt.datetime, new_id: str
) -> Step:
    return Step(
        id=new_id,
        sha256=case.subject if isinstance(case.subject, Sha256) else None,
        name=case.project if case.of_name else None,
        kind=kind,
        by=person(by),
        at=now,
        reason=reason,
        before=case.headline,
        after=case.headline,
    )


def _reach(case: Case, wish: Wish) -> Reach:
    reach = wish.reach or (Reach.NAME if case.of_name else Reach.FILE)
    # Of a name that is kept out, no file is let in either.
    return Reach.PROJECT if reach is Reach.NAME and wish.kind is StepKind.REFUSE else reach


def _check(case: Case, wish: Wish) -> None:
    if not wish.kind.decides:
        raise UsageError(f"to {wish.kind} is no decision")
    if case.of_name and wish.kind is StepKind.WAIVE:
        raise UsageError(
            "what a check says of a name is not waived by itself",
            hint="Approve the name; what is in its files is judged all the same.",
        )
    fitting = {Reach.NAME, Reach.PROJECT} if case.of_name else set(Reach) - {Reach.NAME}
    if wish.reach is not None and wish.reach not in fitting:
        what = "a name" if case.of_name else "a file"
        raise UsageError(f"a decision about {what} does not reach as far as the {wish.reach}")
    _require_line("reason", wish.reason)
    if (wish.kind is StepKind.WAIVE) != bool(wish.check):
        raise UsageError("to waive is to say whose findings count for nothing: name a check")
    if wish.check == MALWARE:
        raise UsageError(
            "known malware is no finding that can be waived",
            hint="If the advisory is wrong, approve this one file by its digest.",
        )
    if wish.check and wish.check not in case.checks:
        found = ", ".join(sorted(case.checks)) or "none"
        raise UsageError(f"{wish.check[:80]} found nothing in this file; what did: {found}")


def _end(days: float, rules: ReviewRules, now: dt.datetime) -> dt.datetime:
    most = rules.longest.total_seconds() / 86400
    if not 0 < days <= most:
        raise UsageError(f"a decision holds for more than 0 and at most {most:g} days")
    return now + dt.timedelta(days=days)


def _require_user(by: Principal) -> None:
    if by.kind is not Kind.USER:
        raise Forbidden(
            f"two persons are needed here, and {by.label} is no single person",
            hint="Sign in as a user, or use a token of yours.",
        )


def _require_line(what: str, text: str) -> None:
    if not (text.strip() and text.isprintable()):
        raise UsageError(f"the {what} is one line of text")


def _id_of(step: Step | None) -> str:
    return step.id if step else ""
