"""What a verdict comes to at one glance: a few words for each part of its page, which they lead to.

Said are numbers and what is missing, never an opinion of their own: the verdict is the policy's.
Nothing is green where something was not looked at.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from airlock.behaviour import Signal, Tier
from airlock.model import Finding, Outcome, Severity, Status
from airlock.model.vouchers import Voucher

_GRAVE = {Severity.CRITICAL: "refuse", Severity.HIGH: "hold"}
_TOLD_SEVERITIES = 2


class Glimpse(NamedTuple):
    """A few words about one part of the page."""

    told: str
    about: str
    anchor: str
    """The id of the part; empty if the page has none."""
    word: str = ""
    """The decision whose colour it has; empty: none."""


def of_findings(findings: Sequence[Finding], outcomes: Sequence[Outcome]) -> Glimpse:
    """Return what the findings that count come to.

    Args:
        findings: that no suppression covers.
        outcomes: of all checks.
    """
    counts = Counter(one.severity for one in findings)
    grave = [one for one in sorted(counts, reverse=True) if one is not Severity.INFO]
    if not grave and _failed(outcomes):
        return Glimpse("Nothing", "was found in what could be looked at", "found")
    if not grave:
        return Glimpse("Nothing", "was found against it", "found", "admit")
    told = ", ".join(f"{counts[one]:,} {one.value}" for one in grave[:_TOLD_SEVERITIES])
    about = "finding" if len(findings) == 1 else "findings"
    return Glimpse(told, f"of {len(findings):,} {about}", "found", _GRAVE.get(grave[0], ""))


def of_outcomes(outcomes: Sequence[Outcome]) -> Glimpse:
    """Return whether everything was looked at."""
    asked = sum(one.status is not Status.SKIPPED for one in outcomes)
    if failed := _failed(outcomes):
        return Glimpse(f"{failed} not answered", f"of {asked} checks that apply", "asked", "hold")
    return Glimpse("Looked at whole", f"by the {asked} checks that apply", "asked", "admit")


def of_signals(signals: Sequence[Signal] | None, gaps: Sequence[str] = ()) -> Glimpse:
    """Return what it did in a sandbox; ``None``: it was not run.

    Args:
        signals: of what honest packages do not do.
        gaps: what could not be seen.
    """
    if signals is None:
        return Glimpse("Not run", "in the sandbox", "")
    counts = Counter(one.tier for one in signals)
    proofs, suspicions = counts[Tier.PROOF], counts[Tier.SUSPICION]
    if proofs:
        return Glimpse(
            _number(proofs, "proof"), "of an attack, in the sandbox", "behaviour", "refuse"
        )
    if suspicions:
        return Glimpse(_number(suspicions, "suspicion"), "in the sandbox", "behaviour", "hold")
    if gaps:
        return Glimpse("Not all was seen", "of what it did in the sandbox", "behaviour", "hold")
    return Glimpse("Did nothing odd", "in the sandbox", "behaviour", "admit")


def of_changes(before: str, differences: int) -> Glimpse:
    """Return how it differs from the release before.

    Args:
        before: its version; empty if there was none that was admitted.
        differences: in what it does.
    """
    if not before:
        return Glimpse("No release before", "was admitted here", "")
    told = _number(differences, "difference") if differences else "Nothing new"
    return Glimpse(told, f"in what it does, since {before}", "since")


def of_vouchers(found: Sequence[Voucher]) -> Glimpse:
    """Return whether anybody vouches for it."""
    if not found:
        return Glimpse("Nobody", "vouches for who published it", "")
    return Glimpse("Verified", "who published it", "vouchers", "admit")


def _failed(outcomes: Sequence[Outcome]) -> int:
    return sum(one.status is Status.FAILED for one in outcomes)


def _number(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
