"""Policies that somebody writes: what of a form becomes one, and how it differs from another."""

import datetime as dt
import difflib

from airlock.model.policies import Draft, Proposal, Revision, Source
from airlock.policy import Policy
from airlock.report.frame import Line
from airlock.report.frame.highlighting import difference


def put_at(put: Revision | Proposal) -> str:
    """Return the page that tells what came of a policy."""
    if isinstance(put, Proposal):
        return "/admin/policy?told=proposed"
    return f"/admin/policy?saved={put.number}"


def drafted(  # noqa: PLR0913 - a revision is made of that many parts
    text: str,
    policy: Policy,
    by: str,
    reason: str,
    at: dt.datetime,
    *,
    source: Source = Source.PEOPLE,
    restores: int = 0,
) -> Draft:
    """Return what is to be in force.

    Args:
        text: of the policy.
        policy: that was read from it.
        by: who wants it.
        reason: why.
        at: now, in UTC.
        source: where it came from.
        restores: the number of the revision that comes back; 0: none does.

    Raises:
        UsageError: if nobody says why.
    """
    version = policy.at(at.date()).version
    return Draft(
        text=text, policy=version, source=source, by=by, reason=reason, at=at, restores=restores
    )


def compared(before: str, after: str) -> list[Line]:
    """Return how a text differs from the one before; nothing if it does not."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    return difference("\n".join(list(lines)[2:]))
