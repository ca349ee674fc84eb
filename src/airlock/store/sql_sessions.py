"""Signing in, in a database; what somebody wanted is in the log with it."""

import datetime as dt

from sqlalchemy import func, insert, select

from airlock.errors import NameTaken
from airlock.model import Sha256
from airlock.model.log import Event
from airlock.model.people import AccountName, Stamp
from airlock.model.sessions import Factor, Session, Tally
from airlock.store import log_rows, session_rows
from airlock.store.engine import Database
from airlock.store.session_tables import factors, identities, recovery_codes
from airlock.store.sessions import Sessions


class SqlSessions(Sessions):
    """Signing in, in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, session: Session, digest: Sha256, *, instead_of: str = "") -> None:
        """Add a session."""
        with self._database.writing() as connection:
            if instead_of:
                session_rows.end(connection, session.account, only=instead_of, but="")
            session_rows.add(connection, session, digest)
            if not session.is_pending:
                stamp = Stamp(f"user {session.account}", session.created_at)
                told = {"proof": session.proof.value, "address": session.address}
                log_rows.append(connection, _event("signed-in", session.account, stamp, **told))

    def by_digest(self, digest: Sha256) -> Session | None:
        """Return a session."""
        with self._database.reading() as connection:
            return session_rows.by_digest(connection, digest)

    def of(self, account: AccountName) -> tuple[Session, ...]:
        """Return the sessions of an account."""
        with self._database.reading() as connection:
            return session_rows.of_account(connection, account)

    def touch(self, session_id: str, at: dt.datetime) -> None:
        """Note that a session was used."""
        with self._database.writing() as connection:
            session_rows.touch(connection, session_id, at)

    def end(self, account: AccountName, stamp: Stamp, *, only: str = "", but: str = "") -> int:
        """End sessions."""
        with self._database.writing() as connection:
            ended = session_rows.end(connection, account, only=only, but=but)
            if ended:
                told = _event("sessions-ended", account, stamp, number=str(ended))
                log_rows.append(connection, told)
            return ended

    def forget(self, before: dt.datetime) -> None:
        """Remove what ended by itself."""
        with self._database.writing() as connection:
            session_rows.forget(connection, before)

    def add_factor(self, factor: Factor, stamp: Stamp) -> None:
        """Add a second factor."""
        with self._database.writing() as connection:
            session_rows.add_factor(connection, factor)
            told = {"id": factor.id, "kind": factor.kind.value, "title": factor.title}
            log_rows.append(connection, _event("factor-added", factor.account, stamp, **told))

    def factors(self, account: AccountName) -> tuple[Factor, ...]:
        """Return the second factors of an account."""
        with self._database.reading() as connection:
            return session_rows.factors_of(connection, account)

    def with_factors(self) -> frozenset[AccountName]:
        """Return the accounts that have a second factor."""
        with self._database.reading() as connection:
            return frozenset(map(AccountName, connection.scalars(select(factors.c.account))))

    def use_factor(self, factor: Factor, counter: int, at: dt.datetime) -> bool:
        """Note that a factor was used."""
        with self._database.writing() as connection:
            return session_rows.use_factor(connection, factor, counter, at)

    def remove_factor(self, account: AccountName, factor_id: str, stamp: Stamp) -> None:
        """Remove a second factor."""
        with self._database.writing() as connection:
            session_rows.remove_factor(connection, account, factor_id)
            log_rows.append(connection, _event("factor-removed", account, stamp, id=factor_id))

    def set_recovery(self, account: AccountName, digests: tuple[Sha256, ...], stamp: Stamp) -> None:
        """Replace the recovery codes."""
        with self._database.writing() as connection:
            session_rows.set_recovery(connection, account, digests)
            told = _event("recovery-codes-made", account, stamp, number=str(len(digests)))
            log_rows.append(connection, told)

    def recovery_left(self, account: AccountName) -> int:
        """Return how many recovery codes are left."""
        query = select(func.count()).where(recovery_codes.c.account == str(account))
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def use_recovery(self, account: AccountName, digest: Sha256, stamp: Stamp) -> bool:
        """Use up a recovery code."""
        with self._database.writing() as connection:
            used = session_rows.use_recovery(connection, account, digest)
            if used:
                log_rows.append(connection, _event("recovery-code-used", account, stamp))
            return used

    def tally(self, key: str, now: dt.datetime) -> Tally:
        """Return how many wrong attempts there were."""
        with self._database.reading() as connection:
            return session_rows.tally(connection, key, now)

    def note_wrong(self, key: str, now: dt.datetime, window: dt.timedelta) -> Tally:
        """Count a wrong attempt."""
        with self._database.writing() as connection:
            return session_rows.note_wrong(connection, key, now, window)

    def forgive(self, key: str) -> None:
        """Forget wrong attempts."""
        with self._database.writing() as connection:
            session_rows.forgive(connection, key)

    def put_challenge(self, digest: Sha256, document: bytes, until: dt.datetime) -> None:
        """Keep a challenge."""
        with self._database.writing() as connection:
            session_rows.put_challenge(connection, digest, document, until)

    def take_challenge(self, digest: Sha256, now: dt.datetime) -> bytes | None:
        """Return and remove a challenge."""
        with self._database.writing() as connection:
            return session_rows.take_challenge(connection, digest, now)

    def identity(self, issuer: str, subject: str) -> AccountName | None:
        """Return the account that a subject is."""
        digest = _identity(issuer, subject)
        query = select(identities.c.account).where(identities.c.digest == digest)
        with self._database.reading() as connection:
            found = connection.scalar(query)
        return AccountName(found) if found else None

    def set_identity(self, issuer: str, subject: str, account: AccountName, stamp: Stamp) -> None:
        """Say which account a subject is."""
        row = {
            "digest": _identity(issuer, subject),
            "account": str(account),
            "issuer": issuer,
            "subject": subject,
        }
        with self._database.writing() as connection:
            query = select(identities.c.account).where(identities.c.digest == row["digest"])
            known = connection.scalar(query)
            if known is not None and known != account:
                raise NameTaken(f"{subject[:80]!r} of {issuer} is the account {known}")
            if known is None:
                connection.execute(insert(identities), row)
                told = _event("identity-linked", account, stamp, issuer=issuer, subject=subject)
                log_rows.append(connection, told)


def _identity(issuer: str, subject: str) -> str:
    return str(Sha256.of(f"{issuer}\n{subject}".encode(errors="surrogatepass")))


def _event(kind: str, account: AccountName, stamp: Stamp, /, **details: str) -> Event:
    told = {name: value for name, value in details.items() if value}
    return Event(kind=kind, subject=str(account), by=stamp.by, at=stamp.at, details=told)
