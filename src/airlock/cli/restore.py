"""``airlock restore``."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options


@click.command("restore")
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only verify the backup.")
@options.data
def command(source: Path, data_folder: Path, *, check: bool) -> None:
    """Restore the backup SOURCE into a data folder or a database that has nothing in it.

    Everything is verified first; what is interrupted can be repeated.
    """
    if check:
        made = assembly.check_backup(source)
        click.echo(
            f"{source} is whole: {made.blobs:,} blobs, of {made.made_at:%Y-%m-%d %H:%M} UTC."
        )
        return
    made = assembly.restore(data_folder, source)
    click.echo(f"Restored what was backed up at {made.made_at:%Y-%m-%d %H:%M} UTC.")
