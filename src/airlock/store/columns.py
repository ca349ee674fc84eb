"""What the tables have in common: their list, times, and the types of their columns."""

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, String, TypeDecorator


class UtcTime(TypeDecorator[dt.datetime]):
    """A time with its zone in Python, UTC in the table; one without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Convert to UTC."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(dt.UTC)
        # SQLite has no type for times; SQLAlchemy writes sortable text, without any zone.
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Put the zone back."""
        if value is None:
            return None
        found: dt.datetime = value
        if dialect.name == "sqlite":
            return found.replace(tzinfo=dt.UTC)
        return found.astimezone(dt.UTC)


METADATA = MetaData()

# SQLite numbers rows by itself only in a column of the type INTEGER.
SERIAL = BigInteger().with_variant(Integer, "sqlite")
DIGEST = String(64)
PROJECT = String(214)
