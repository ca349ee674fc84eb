"""What the age of a file does to a ruling: the policy's age rule, asked anew at every door.

What fixes a known vulnerability need not wait where the policy says so. An advisory must name the
very version as the one that fixes it: what is merely not affected would be every new release, an
attacker's first. A database that cannot be asked exempts nothing, and the ruling says so.
"""

import datetime as dt

import msgspec

from airlock.advising import Advising
from airlock.gate.ruling import Ruling
from airlock.model import ArtifactName, Decision
from airlock.policy.age import AgeRule, Ages, TooYoung


def by_age(ruling: Ruling, rule: AgeRule, advising: Advising, now: dt.datetime) -> Ruling:
    """Return a ruling that holds what is too young, unless something stricter was ruled.

    Args:
        ruling: so far.
        rule: of the policy.
        advising: knows which vulnerabilities a release fixes.
        now: in UTC.
    """
    asked = ruling.asked
    # What nobody can speak for is listed, to say so; what is too young is not.
    stricter = (ruling.decision or 0) > Decision.ADMIT and not ruling.unsure
    if asked.source is None or not rule.asks or stricter:
        return ruling
    ages = Ages(
        uploaded=asked.uploaded,
        seen=asked.sight.at if asked.sight else None,
        seen_with_project=asked.sight is not None and asked.sight.with_project,
    )
    if (beyond := rule.beyond_line(ages)) is not None:
        return _held(ruling, beyond)
    young = None if rule.exempts(asked.project) else rule.too_young(ages, now)
    if young is None:
        return ruling
    if not rule.exempt_fixes:
        return _held(ruling, young)
    fix = advising.fixes(ArtifactName.parse(asked.filename), now=now)
    if fix.of:
        told = f"{ruling.headline}; young, but it fixes {', '.join(fix.of)}"
        return msgspec.structs.replace(ruling, headline=told)
    return _held(ruling, young, f"; what it fixes is not known: {fix.blind}" if fix.blind else "")


def _held(ruling: Ruling, young: TooYoung, more: str = "") -> Ruling:
    return msgspec.structs.replace(
        ruling,
        decision=Decision.HOLD,
        current=True,
        headline=f"hold: {young.reason}{more}",
        until=young.until,
        advised=False,
        unsure=False,
    )
