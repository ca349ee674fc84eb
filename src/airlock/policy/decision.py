"""From outcomes to a decision: pure, and the same for every door.

- The decision is the strictest that any rule or the floor gives.
- Every finding that had a part in it is a reason, the strictest first.
- What is not mentioned by a rule is not thereby admitted: the floor has been asked before.
- A known vulnerability is no sign of malice: it has rules of its own and no part in the score.
  Known malware is refused by every policy.
- A suppressed finding causes nothing; the floor does not ask for suppressions, nor do requirements
  of provenance.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from airlock.model import Decision, Finding, Outcome, ProjectName, Reason, Severity
from airlock.policy import advisories
from airlock.policy.floor import floor
from airlock.policy.provenance import required
from airlock.policy.rules import CheckRule, Policy, weight
from airlock.policy.suppression import mark

_NO_RULE = CheckRule()


def decide(
    projects: Collection[ProjectName],
    outcomes: Sequence[Outcome],
    policy: Policy,
    expected: Iterable[str],
) -> tuple[Decision, float, tuple[Reason, ...]]:
    """Return the decision, the score from 0 to 1, and the reasons, the strictest first.

    Args:
        projects: whose artifact it is, by its index and by its own file name.
        outcomes: how the checks ended.
        policy: the rules, as they are on the day (``Policy.at``).
        expected: the ids of all the checks that had to be asked.
    """
    asked = tuple(expected)
    marked = mark(outcomes, policy.suppress)
    total = score(marked)
    reasons = [
        *_denied(projects, policy),
        *_spoken(marked, policy),
        *_together(marked, policy),
        *_agreeing(marked, policy),
        *required(projects, outcomes, policy.provenance, asked),
        *floor(outcomes, asked),
    ]
    reasons.sort(key=lambda reason: -reason.decision)
    decision = max((reason.decision for reason in reasons), default=Decision.ADMIT)
    return decision, total, tuple(reasons)


def score(outcomes: Iterable[Outcome]) -> float:
    """Return how strongly all findings together speak against the artifact, from 0 to 1.

    The strongest finding of each check counts, as one independent sign: 1 - Π(1 - weight).
    """
    innocent = 1.0
    for outcome in outcomes:
        if _is_fault(outcome):
            continue
        innocent *= 1.0 - max(map(weight, _counted(outcome)), default=0.0)
    return round(1.0 - innocent, 4)


def _counted(outcome: Outcome) -> Iterator[Finding]:
    return (finding for finding in outcome.findings if not finding.suppressed)


def _is_fault(outcome: Outcome) -> bool:
    return outcome.check in advisories.CHECKS and outcome.check != advisories.MALWARE


def _denied(projects: Collection[ProjectName], policy: Policy) -> Iterator[Reason]:
    for project in sorted(policy.deny.intersection(projects)):
        yield Reason(Decision.REFUSE, "deny", f"the policy denies the project {project}")


def _spoken(outcomes: Iterable[Outcome], policy: Policy) -> Iterator[Reason]:
    for outcome in outcomes:
        rule = policy.checks.get(outcome.check, _NO_RULE)
        for finding in _counted(outcome):
            decision = _of_finding(finding, policy, rule)
            if decision > Decision.ADMIT:
                where = f" ({finding.path})" if finding.path else ""
                yield Reason(decision, "finding", finding.message + where, finding.check)


def _of_finding(finding: Finding, policy: Policy, rule: CheckRule) -> Decision:
    if finding.check == advisories.MALWARE:
        return Decision.REFUSE
    decision = Decision.ADMIT
    if finding.check in advisories.CHECKS:
        fixed = finding.check == advisories.VULNERABLE
        decision = policy.advisories.of_release(finding.severity, fixed=fixed)
    elif policy.refuse.reached_by(finding):
        decision = Decision.REFUSE
    elif policy.hold.reached_by(finding):
        decision = Decision.HOLD
    if finding.severity > Severity.INFO:
        decision = max(decision, rule.at_least)
    return min(decision, rule.at_most)


def _together(outcomes: Iterable[Outcome], policy: Policy) -> Iterator[Reason]:
    # What a rule lets pass whatever it is must not hold by another way.
    total = score(outcome for outcome in outcomes if _may_hold(outcome, policy))
    if total >= policy.hold_score:
        yield Reason(Decision.HOLD, "score", f"the findings together reach a score of {total:.2f}")


def _agreeing(outcomes: Iterable[Outcome], policy: Policy) -> Iterator[Reason]:
    """Give a reason if checks of two families, which look at different things, both object."""
    held: set[str] = set()
    supported: set[str] = set()
    for outcome in outcomes:
        rule = policy.checks.get(outcome.check, _NO_RULE)
        if rule.at_most < policy.agreement:
            continue
        family = _family(outcome.check)
        for finding in _counted(outcome):
            if policy.hold.reached_by(finding) and family != _CONTINUITY:
                held.add(family)
            if policy.hold.reached_by(finding) or policy.support.reached_by(finding):
                supported.add(family)
    if held and len(supported) > 1 and policy.agreement > Decision.ADMIT:
        told = " and ".join(sorted(supported))
        yield Reason(policy.agreement, "agreement", f"findings about {told} support each other")


def _family(check: str) -> str:
    family = check.partition("-")[0]
    return _SAME.get(family, family)


# That somebody else published it is no sign of malice by itself: it makes another one certain.
_CONTINUITY = "provenance"
# What changed is in the code, too, and a broken archive has no metadata: what is seen twice is no
# second sign.
_SAME = {"change": "code", "metadata": "archive"}


def _may_hold(outcome: Outcome, policy: Policy) -> bool:
    return policy.checks.get(outcome.check, _NO_RULE).at_most > Decision.ADMIT
