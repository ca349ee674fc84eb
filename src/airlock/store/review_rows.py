"""The queue and the steps in their tables."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from airlock.errors import InvalidName, MalformedDocument
from airlock.model import Decision, ProjectName, Sha256, Verdict
from airlock.model.name_verdict import NameVerdict
from airlock.model.review import (
    About,
    Group,
    Held,
    Order,
    Selection,
    Step,
    Subject,
    campaign_of,
    campaign_of_name,
    checks_of,
    key_of,
    subject_of,
)
from airlock.model.waiver import NAMES
from airlock.model.wire import decode, encode
from airlock.store.dialects import insert_or_change
from airlock.store.review_tables import held, steps
from airlock.store.scopes import within
from airlock.store.tables import revocations, waivers

_MOST_GROUPS = 200
_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.OLDEST: (held.c.since, held.c.subject),
    Order.NEWEST: (held.c.since.desc(), held.c.subject),
    Order.SCORE: (held.c.decision.desc(), held.c.score.desc(), held.c.since, held.c.subject),
    Order.PROJECT: (held.c.project, held.c.since, held.c.subject),
}
_KEPT = {"subject", "since", "assignee", "proposal"}
IS_NAME = held.c.subject.startswith("name:")
"""Whether a row is about a name, in SQL."""


def note(connection: Connection, verdict: Verdict) -> None:
    """Put a file that was just judged into the queue, or take it out."""
    artifact = verdict.artifact
    about = {
        "project": str(artifact.release.project),
        "version": _text(artifact.name.version),
        "filename": artifact.name.filename,
        "source": artifact.release.source,
        "campaign": _text(campaign_of(verdict)),
    }
    _note(connection, artifact.sha256, verdict, about)


def note_name(connection: Connection, verdict: NameVerdict) -> None:
    """Put a name that was just judged into the queue, or take it out."""
    about = {
        "project": str(verdict.project),
        "version": "",
        "filename": "",
        "source": None,
        "campaign": _text(campaign_of_name(verdict)),
    }
    _note(connection, verdict.project, verdict, about)


def _note(
    connection: Connection,
    subject: Subject,
    verdict: Verdict | NameVerdict,
    about: dict[str, str | None],
) -> None:
    if verdict.decision is Decision.ADMIT:
        connection.execute(delete(held).where(held.c.subject == key_of(subject)))
        return
    row = {
        "subject": key_of(subject),
        **about,
        "decision": int(verdict.decision),
        "score": verdict.score,
        "headline": _text(verdict.headline),
        "checks": f" {' '.join(checks_of(verdict))} ",
        "since": verdict.decided_at,
        "assignee": "",
        "proposal": "",
    }
    insertion = insert_or_change(
        connection,
        held,
        ("subject",),
        lambda new: {name: new[name] for name in row if name not in _KEPT},
    )
    connection.execute(insertion, row)


def _text(text: str) -> str:
    # PostgreSQL has no NUL in text.
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def selected(connection: Connection, selection: Selection, now: dt.datetime) -> tuple[Held, ...]:
    """Return a page of the queue."""
    query = select(held).where(*_where(selection, now)).order_by(*_ORDERS[selection.order])
    query = query.limit(max(selection.limit, 0)).offset(max(selection.offset, 0))
    return tuple(_held(row) for row in connection.execute(query).mappings())


def count(connection: Connection, selection: Selection, now: dt.datetime) -> int:
    """Return how many there are."""
    query = select(func.count()).select_from(held).where(*_where(selection, now))
    return connection.scalar(query) or 0


def groups(connection: Connection, selection: Selection, now: dt.datetime) -> tuple[Group, ...]:
    """Return the campaigns, the largest first."""
    number = func.count()
    query = (
        select(held.c.campaign, number, func.min(held.c.since), func.min(held.c.subject))
        .where(*_where(selection, now))
        .group_by(held.c.campaign)
        .order_by(number.desc(), held.c.campaign)
        .limit(_MOST_GROUPS)
    )
    return tuple(
        Group(campaign=campaign, count=many, oldest=oldest, example=subject_of(example))
        for campaign, many, oldest, example in connection.execute(query)
    )


def one(connection: Connection, subject: Subject) -> Held | None:
    """Return what is in the queue, whether it is decided about or not."""
    query = select(held).where(held.c.subject == key_of(subject))
    row = connection.execute(query).mappings().one_or_none()
    return _held(row) if row else None


def steps_on(connection: Connection, subject: Subject) -> tuple[Step, ...]:
    """Return the steps in a review."""
    query = _documents().where(steps.c.subject == key_of(subject)).order_by(steps.c.seq)
    return tuple(decode(document, Step) for document in connection.scalars(query))


def one_step(connection: Connection, step_id: str) -> Step | None:
    """Return a step by its id."""
    document = connection.scalar(_documents().where(steps.c.id == step_id))
    return decode(document, Step) if document is not None else None


def latest(connection: Connection, limit: int) -> tuple[Step, ...]:
    """Return the last steps."""
    query = _documents().order_by(steps.c.seq.desc()).limit(max(limit, 0))
    return tuple(decode(document, Step) for document in connection.scalars(query))


def add_step(connection: Connection, step: Step, *, assignee: str, proposal: str) -> None:
    """Add a step, and note what the queue shows of it."""
    key = key_of(step.subject)
    connection.execute(insert(steps), {"id": step.id, "subject": key, "document": encode(step)})
    connection.execute(
        update(held).where(held.c.subject == key).values(assignee=assignee, proposal=proposal)
    )


def _documents() -> Select[bytes]:
    return select(steps.c.document)


def _where(selection: Selection, now: dt.datetime) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [] if selection.waits_for_people else [~decided(now)]
    if selection.decision is not None:
        where.append(held.c.decision == int(selection.decision))
    if selection.text:
        part = selection.text.lower()
        where.append(
            or_(
                held.c.project.contains(part, autoescape=True),
                func.lower(held.c.filename).contains(part, autoescape=True),
                and_(~IS_NAME, held.c.subject.startswith(part, autoescape=True)),
            )
        )
    if selection.check:
        where.append(held.c.checks.contains(f" {selection.check} ", autoescape=True))
    if selection.campaign:
        where.append(held.c.campaign == selection.campaign)
    if selection.assignee:
        where.append(held.c.assignee == selection.assignee)
    if selection.proposed:
        where.append(held.c.proposal != "")
    if selection.about is not None:
        where.append(IS_NAME if selection.about is About.NAME else ~IS_NAME)
    if selection.since is not None:
        where.append(held.c.since >= selection.since)
    if selection.before is not None:
        where.append(held.c.since < selection.before)
    return [*where, within(held.c.project, selection.within)]


def decided(now: dt.datetime) -> ColumnElement[bool]:
    """Tell in SQL what ``Waiver.covers`` and ``Waiver.is_about_name`` tell.

    Versions are the same where they are spelled the same.
    """
    of_release = and_(
        waivers.c.check == "",
        waivers.c.project == held.c.project,
        or_(waivers.c.version == "", waivers.c.version == held.c.version),
    )
    of_name = and_(waivers.c.check == NAMES, waivers.c.project == held.c.project, IS_NAME)
    of_file = and_(waivers.c.check == "", waivers.c.sha256 == held.c.subject)
    revoked = exists().where(revocations.c.waiver == waivers.c.id).correlate(waivers)
    return (
        exists()
        .where(
            waivers.c.created_at <= now,
            waivers.c.expires_at > now,
            or_(of_file, of_release, of_name),
            ~revoked,
        )
        .correlate(held)
    )


def _held(row: RowMapping) -> Held:
    try:
        subject = subject_of(row["subject"])
        return Held(
            sha256=subject if isinstance(subject, Sha256) else None,
            project=ProjectName(row["project"]),
            version=row["version"],
            filename=row["filename"],
            source=row["source"],
            decision=Decision(row["decision"]),
            score=row["score"],
            headline=row["headline"],
            checks=tuple(row["checks"].split()),
            campaign=row["campaign"],
            since=row["since"],
            assignee=row["assignee"],
            proposal=row["proposal"],
        )
    except (InvalidName, ValueError) as error:
        raise MalformedDocument(f"a row of the queue cannot be read: {error}") from error
