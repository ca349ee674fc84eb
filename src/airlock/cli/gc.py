"""``airlock gc``."""

import datetime as dt
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options

_HOURS = 24.0


@click.command("gc")
@click.option("--look", is_flag=True, help="Remove nothing; tell what would be removed.")
@click.option(
    "--grace",
    "hours",
    default=_HOURS,
    show_default=True,
    type=click.FloatRange(1),
    help="Hours for which bytes are left alone, for uploads that are under way.",
)
@options.data
def command(hours: float, data_folder: Path, *, look: bool) -> None:
    """Remove bytes that nothing refers to, such as those of uploads that were interrupted.

    May run at any time, beside any number of gates.
    """
    found = assembly.collect(data_folder, dt.timedelta(hours=hours), look=look)
    word = "would be removed" if look else "removed"
    click.echo(
        f"{found.removed:,} blobs, {found.removed_bytes:,} bytes, {word}; {found.kept:,} kept."
    )
