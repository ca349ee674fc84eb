"""Runs Alembic inside a transaction of ours. Imported only where there is something to run."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from airlock.errors import StoreError


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables up to a revision; the caller's transaction holds all of it.

    Raises:
        StoreError: if the store has a revision that this version of Airlock does not know.
    """
    try:
        command.upgrade(_config(connection), to)
    except CommandError as error:
        raise StoreError(
            f"the store was written by a newer version of Airlock: {error}",
            hint="Install that version, or give another store.",
        ) from error


def downgrade(connection: Connection, to: str) -> None:
    """Take the tables back to a revision, or to nothing with ``base``."""
    command.downgrade(_config(connection), to)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "airlock.store:migrations")
    config.attributes["connection"] = connection
    return config
