"""Sessions, factors, attempts and challenges in their tables."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, RowMapping, case, delete, insert, select, update

from airlock.errors import AirlockError, MalformedDocument, TargetNotFound
from airlock.model import Sha256
from airlock.model.people import AccountName
from airlock.model.sessions import Factor, FactorKind, Proof, Session, Tally
from airlock.store.dialects import insert_or_change
from airlock.store.session_tables import (
    attempts,
    challenges,
    factors,
    recovery_codes,
    sessions,
)

_KEY_CHARACTERS = 128


def add(connection: Connection, session: Session, digest: Sha256) -> None:
    """Add a session."""
    row = {
        "id": session.id,
        "digest": str(digest),
        "account": str(session.account),
        "proof": session.proof.value,
        "created_at": session.created_at,
        "seen_at": session.seen_at,
        "expires_at": session.expires_at,
        "address": session.address,
        "agent": session.agent,
    }
    connection.execute(insert(sessions), row)


def by_digest(connection: Connection, digest: Sha256) -> Session | None:
    """Return a session."""
    query = select(sessions).where(sessions.c.digest == str(digest))
    row = connection.execute(query).mappings().one_or_none()
    return _session(row) if row else None


def of_account(connection: Connection, account: AccountName) -> tuple[Session, ...]:
    """Return the sessions of an account."""
    query = select(sessions).where(sessions.c.account == str(account))
    found = connection.execute(query.order_by(sessions.c.created_at.desc(), sessions.c.id))
    return tuple(_session(row) for row in found.mappings())


def touch(connection: Connection, session_id: str, at: dt.datetime) -> None:
    """Note that a session was used."""
    connection.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=at))


def end(connection: Connection, account: AccountName, *, only: str, but: str) -> int:
    """Remove sessions of an account."""
    query = delete(sessions).where(sessions.c.account == str(account))
    if only:
        query = query.where(sessions.c.id == only)
    if but:
        query = query.where(sessions.c.id != but)
    return connection.execute(query).rowcount


def forget(connection: Connection, before: dt.datetime) -> None:
    """Remove what ended by itself."""
    connection.execute(delete(sessions).where(sessions.c.expires_at < before))
    connection.execute(delete(attempts).where(attempts.c.until < before))
    connection.execute(delete(challenges).where(challenges.c.until < before))


def add_factor(connection: Connection, factor: Factor) -> None:
    """Add a factor."""
    row = {
        "id": factor.id,
        "account": str(factor.account),
        "kind": factor.kind.value,
        "title": factor.title,
        "created_at": factor.created_at,
        "secret": factor.secret,
        "credential": factor.credential,
        "counter": factor.counter,
    }
    connection.execute(insert(factors), row)


def factors_of(connection: Connection, account: AccountName) -> tuple[Factor, ...]:
    """Return the factors of an account."""
    query = select(factors).where(factors.c.account == str(account))
    found = connection.execute(query.order_by(factors.c.created_at, factors.c.id)).mappings()
    return tuple(_factor(row) for row in found)


def use_factor(connection: Connection, factor: Factor, counter: int, at: dt.datetime) -> bool:
    """Move the counter of a factor on, if it had not come so far."""
    query = update(factors).where(factors.c.id == factor.id)
    if counter:
        query = query.where(factors.c.counter < counter)
    else:
        query = query.where(factors.c.counter == 0)
    return connection.execute(query.values(counter=counter, last_used_at=at)).rowcount == 1


def remove_factor(connection: Connection, account: AccountName, factor_id: str) -> None:
    """Remove a factor.

    Raises:
        TargetNotFound: if the account has none of that id.
    """
    query = delete(factors).where(factors.c.account == str(account), factors.c.id == factor_id)
    if connection.execute(query).rowcount != 1:
        raise TargetNotFound(f"{account} has no second factor {factor_id[:80]}")


def set_recovery(connection: Connection, account: AccountName, digests: tuple[Sha256, ...]) -> None:
    """Replace the recovery codes of an account."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account == str(account)))
    rows = [{"account": str(account), "digest": str(digest)} for digest in digests]
    if rows:
        connection.execute(insert(recovery_codes), rows)


def use_recovery(connection: Connection, account: AccountName, digest: Sha256) -> bool:
    """Remove a recovery code; tell whether it was there."""
    query = delete(recovery_codes).where(
        recovery_codes.c.account == str(account), recovery_codes.c.digest == str(digest)
    )
    return connection.execute(query).rowcount == 1


def tally(connection: Connection, key: str, now: dt.datetime) -> Tally:
    """Return the count of the window that runs."""
    query = select(attempts.c.count, attempts.c.until).where(attempts.c.key == _key(key))
    row = connection.execute(query).one_or_none()
    if row is None:
        return Tally(0, now)
    count, until = row
    return Tally(count, until) if until > now else Tally(0, now)


def note_wrong(connection: Connection, key: str, now: dt.datetime, window: dt.timedelta) -> Tally:
    """Count one more, or begin another window."""
    row: dict[str, Any] = {"key": _key(key), "count": 1, "until": now + window}
    over = attempts.c.until <= now
    insertion = insert_or_change(
        connection,
        attempts,
        ("key",),
        lambda new: {
            "count": case((over, new["count"]), else_=attempts.c.count + 1),
            "until": case((over, new["until"]), else_=attempts.c.until),
        },
    )
    connection.execute(insertion, row)
    return tally(connection, key, now)


def forgive(connection: Connection, key: str) -> None:
    """Forget a window."""
    connection.execute(delete(attempts).where(attempts.c.key == _key(key)))


def put_challenge(
    connection: Connection, digest: Sha256, document: bytes, until: dt.datetime
) -> None:
    """Keep a challenge."""
    row = {"digest": str(digest), "document": document, "until": until}
    connection.execute(insert(challenges), row)


def take_challenge(connection: Connection, digest: Sha256, now: dt.datetime) -> bytes | None:
    """Remove and return a challenge."""
    where = challenges.c.digest == str(digest)
    query = delete(challenges).where(where).returning(challenges.c.document, challenges.c.until)
    row = connection.execute(query).one_or_none()
    return bytes(row.document) if row and row.until > now else None


def _key(key: str) -> str:
    # What a stranger sends is cut before it is kept; one lock for what differs only behind that.
    return key[:_KEY_CHARACTERS].replace("\0", "?")


def _session(row: RowMapping) -> Session:
    try:
        return Session(
            id=row["id"],
            account=AccountName(row["account"]),
            proof=Proof(row["proof"]),
            created_at=row["created_at"],
            seen_at=row["seen_at"],
            expires_at=row["expires_at"],
            address=row["address"],
            agent=row["agent"],
        )
    except (AirlockError, ValueError) as error:
        raise MalformedDocument(f"a stored session cannot be read: {error}") from error


def _factor(row: RowMapping) -> Factor:
    try:
        return Factor(
            id=row["id"],
            account=AccountName(row["account"]),
            kind=FactorKind(row["kind"]),
            title=row["title"],
            created_at=row["created_at"],
            last_used_at=row["last_used_at"],
            secret=bytes(row["secret"]),
            credential=bytes(row["credential"]),
            counter=row["counter"],
        )
    except (AirlockError, ValueError) as error:
        raise MalformedDocument(f"a stored second factor cannot be read: {error}") from error
