"""Mail to people in a database."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Connection, RowMapping, delete, select, update

from airlock.errors import InvalidName, MalformedDocument
from airlock.model import Sha256
from airlock.model.log import Event
from airlock.model.mail import Mail, MailAddress, MailState, MailWishes, Notice
from airlock.model.people import AccountName, Stamp
from airlock.store import log_rows
from airlock.store.dialects import insert_or_change, insert_unless_there
from airlock.store.engine import Database
from airlock.store.mail_tables import mail_wishes, mails
from airlock.store.mails import Mails
from airlock.store.people_tables import accounts

_KEPT = dt.timedelta(days=90)
_OVER = (MailState.SENT.value, MailState.DEAD.value)


class SqlMails(Mails):
    """Mail to people in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wishes(self, account: AccountName) -> MailWishes | None:
        """Return which mail somebody wants."""
        query = select(mail_wishes).where(mail_wishes.c.account == account)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return _wishes(row) if row else None

    def every_wish(self) -> tuple[MailWishes, ...]:
        """Return what everybody wants who gets mail."""
        query = (
            select(mail_wishes)
            .join(accounts, accounts.c.name == mail_wishes.c.account)
            .where(mail_wishes.c.confirmed_at.is_not(None), accounts.c.disabled_at.is_(None))
            .order_by(mail_wishes.c.account)
        )
        with self._database.reading() as connection:
            return tuple(_wishes(row) for row in connection.execute(query).mappings())

    def set_address(
        self, account: AccountName, address: MailAddress, digest: Sha256, mail: Mail, stamp: Stamp
    ) -> None:
        """Set an address, and add the mail that tells its code."""
        row = {
            "account": account,
            "address": address,
            "kinds": " ".join(sorted(Notice)),
            "digest": str(digest),
            "confirmed_at": None,
            "told_until": stamp.at,
        }
        kept = {"account", "kinds"}
        with self._database.writing() as connection:
            insertion = insert_or_change(
                connection,
                mail_wishes,
                ("account",),
                lambda new: {name: new[name] for name in row if name not in kept},
            )
            connection.execute(insertion, row)
            _add(connection, [mail])
            log_rows.append(connection, _event("mail-address-set", account, stamp))

    def confirm(self, account: AccountName, digest: Sha256, stamp: Stamp) -> bool:
        """Confirm an address."""
        mine = (
            mail_wishes.c.account == account,
            mail_wishes.c.digest == str(digest),
            mail_wishes.c.confirmed_at.is_(None),
        )
        values = {"confirmed_at": stamp.at, "told_until": stamp.at, "digest": ""}
        with self._database.writing() as connection:
            done = connection.execute(update(mail_wishes).where(*mine).values(**values)).rowcount
            if done:
                log_rows.append(connection, _event("mail-address-confirmed", account, stamp))
        return bool(done)

    def set_kinds(self, account: AccountName, kinds: frozenset[Notice]) -> None:
        """Set which mail somebody wants."""
        mine = mail_wishes.c.account == account
        with self._database.writing() as connection:
            connection.execute(
                update(mail_wishes).where(mine).values(kinds=" ".join(sorted(kinds)))
            )

    def forget(self, account: AccountName, stamp: Stamp) -> None:
        """Forget an address."""
        with self._database.writing() as connection:
            gone = connection.execute(
                delete(mail_wishes).where(mail_wishes.c.account == account)
            ).rowcount
            connection.execute(delete(mails).where(mails.c.account == account))
            if gone:
                log_rows.append(connection, _event("mail-address-removed", account, stamp))

    def add(self, mails: Iterable[Mail]) -> None:
        """Add mails."""
        with self._database.writing() as connection:
            _add(connection, mails)

    def tell(self, wishes: MailWishes, until: dt.datetime, mails: Iterable[Mail]) -> bool:
        """Note up to when somebody was told, and add what tells them."""
        same = (
            mail_wishes.c.account == wishes.account,
            mail_wishes.c.told_until == wishes.told_until,
        )
        with self._database.writing() as connection:
            moved = connection.execute(
                update(mail_wishes).where(*same).values(told_until=until)
            ).rowcount
            if moved:
                _add(connection, mails)
        return bool(moved)

    def lease(self, now: dt.datetime, until: dt.datetime) -> Mail | None:
        """Return what has to be sent now."""
        waiting = (mails.c.state == MailState.WAITING.value, mails.c.next_at <= now)
        old = now - _KEPT
        out_of_use = select(accounts.c.name).where(accounts.c.disabled_at.is_not(None))
        query = select(mails).where(*waiting).order_by(mails.c.next_at, mails.c.key).limit(1)
        with self._database.writing() as connection:
            connection.execute(delete(mails).where(*waiting, mails.c.account.in_(out_of_use)))
            connection.execute(delete(mails).where(mails.c.state.in_(_OVER), mails.c.next_at < old))
            row = connection.execute(query).mappings().one_or_none()
            if row is None:
                return None
            same = (mails.c.key == row["key"], mails.c.next_at == row["next_at"], *waiting)
            taken = connection.execute(update(mails).where(*same).values(next_at=until)).rowcount
            return _mail(row) if taken else None

    def settle(self, mail: Mail) -> None:
        """Record what came of an attempt."""
        values = {
            "state": mail.state.value,
            "attempts": mail.attempts,
            "error": mail.error,
            "next_at": mail.next_at,
            "body": mail.body if mail.state is not MailState.SENT else "",
        }
        with self._database.writing() as connection:
            connection.execute(update(mails).where(mails.c.key == mail.key).values(**values))

    def of_state(self, state: MailState, limit: int) -> tuple[Mail, ...]:
        """Return mails."""
        columns = [one for one in mails.c if one is not mails.c.body]
        query = (
            select(*columns)
            .where(mails.c.state == state.value)
            .order_by(mails.c.made_at.desc(), mails.c.key)
            .limit(max(limit, 0))
        )
        with self._database.reading() as connection:
            return tuple(_mail(row) for row in connection.execute(query).mappings())

    def revive(self, key: str, now: dt.datetime) -> None:
        """Send dead mails again."""
        where = [mails.c.state == MailState.DEAD.value, *([mails.c.key == key] if key else [])]
        values = {"state": MailState.WAITING.value, "attempts": 0, "next_at": now}
        with self._database.writing() as connection:
            connection.execute(update(mails).where(*where).values(**values))


def _add(connection: Connection, made: Iterable[Mail]) -> None:
    for one in made:
        row = {name: getattr(one, name) for name in one.__struct_fields__}
        row |= {"kind": one.kind.value, "state": one.state.value}
        connection.execute(insert_unless_there(connection, mails), row)


def _wishes(row: RowMapping) -> MailWishes:
    try:
        return MailWishes(
            account=AccountName(row["account"]),
            address=MailAddress(row["address"]),
            kinds=frozenset(map(Notice, row["kinds"].split())),
            confirmed_at=row["confirmed_at"],
            told_until=row["told_until"],
        )
    except (InvalidName, ValueError) as error:
        raise MalformedDocument(f"a stored address cannot be read: {error}") from error


def _mail(row: RowMapping) -> Mail:
    told = {"body": "", **row}
    try:
        return Mail(
            **told
            | {
                "account": AccountName(row["account"]),
                "address": MailAddress(row["address"]),
                "kind": Notice(row["kind"]),
                "state": MailState(row["state"]),
            }
        )
    except (InvalidName, ValueError) as error:
        raise MalformedDocument(f"a stored mail cannot be read: {error}") from error


def _event(kind: str, account: AccountName, stamp: Stamp) -> Event:
    return Event(kind=kind, subject=account, by=stamp.by, at=stamp.at, details={})
