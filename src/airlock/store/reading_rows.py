"""What was read of files, in the tables of profiles, core metadata and descriptions."""

from sqlalchemy import Connection

from airlock.store import browsing_rows, change_rows, hosting_rows, profile_rows
from airlock.store.readings import Reading


def put(connection: Connection, reading: Reading) -> None:
    """Keep what was read of a file; a change of its project is noted with its verdict."""
    if reading.profile is not None:
        profile_rows.put(connection, reading.project, reading.profile)
    if reading.description is not None:
        browsing_rows.put_description(connection, reading.project, reading.description)
    if reading.core_metadata is not None:
        hosting_rows.put_core_metadata(
            connection, reading.project, reading.file, reading.core_metadata
        )


def put_alone(connection: Connection, reading: Reading) -> None:
    """Keep what was read of a file that has no verdict yet, or keeps it."""
    put(connection, reading)
    if reading.core_metadata is not None:
        change_rows.note(connection, reading.project)
