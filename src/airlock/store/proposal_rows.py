"""The policy that waits for a second person, in its table; the log has those that are gone."""

from sqlalchemy import Connection, delete, insert, select

from airlock.errors import Outdated
from airlock.model import PolicyVersion
from airlock.model.log import Event
from airlock.model.people import Stamp
from airlock.model.policies import Draft, Proposal, Source
from airlock.store import log_rows
from airlock.store.policy_tables import policy_proposals


def columns_of(draft: Draft) -> dict[str, object]:
    """Return what a policy is made of, as it waits and as it is in force."""
    return {
        "policy_name": draft.policy.name,
        "policy_version": draft.policy.version,
        "source": draft.source.value,
        "person": draft.by,
        "reason": draft.reason,
        "restores": draft.restores,
        "text": draft.text,
    }


def waiting(connection: Connection) -> Proposal | None:
    """Return what waits; there is one at most."""
    row = connection.execute(select(policy_proposals)).one_or_none()
    if row is None:
        return None
    draft = Draft(
        text=row.text,
        policy=PolicyVersion(row.policy_name, row.policy_version),
        source=Source(row.source),
        by=row.person,
        reason=row.reason,
        at=row.proposed_at,
        restores=row.restores,
    )
    return Proposal(id=row.id, base=row.base, draft=draft)


def put(connection: Connection, proposal: Proposal, digest: str) -> None:
    """Let a policy wait, in place of one that was written for another revision."""
    before, draft = waiting(connection), proposal.draft
    if before is not None and before.base == proposal.base:
        raise Outdated(
            f"{before.draft.by} proposed another policy already",
            hint="Confirm that, or withdraw it first.",
        )
    connection.execute(delete(policy_proposals))
    row = {"id": proposal.id, "base": proposal.base, "proposed_at": draft.at, **columns_of(draft)}
    connection.execute(insert(policy_proposals), row)
    policy = f"{draft.policy.name} {draft.policy.version}"
    details = {"id": proposal.id, "policy": policy, "reason": draft.reason, "after": digest}
    log_rows.append(connection, _event("policy-proposed", Stamp(draft.by, draft.at), details))


def take(connection: Connection, proposal_id: str) -> Proposal:
    """Return what waits, which waits no more.

    Raises:
        Outdated: if it does not wait.
    """
    found = waiting(connection)
    if found is None or found.id != proposal_id:
        raise Outdated("this policy does not wait for a second person any more")
    connection.execute(delete(policy_proposals))
    return found


def note_withdrawn(connection: Connection, proposal: Proposal, stamp: Stamp) -> None:
    """Write down that nobody wants it any more."""
    details = {"id": proposal.id, "proposed by": proposal.draft.by, "reason": proposal.draft.reason}
    log_rows.append(connection, _event("policy-withdrawn", stamp, details))


def _event(kind: str, stamp: Stamp, details: dict[str, str]) -> Event:
    return Event(kind=kind, subject="the policy", by=stamp.by, at=stamp.at, details=details)
