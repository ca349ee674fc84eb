"""``airlock backup``."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options

_INCOMPLETE_EXIT = 3


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@options.data
@click.pass_context
def command(ctx: click.Context, target: Path, data_folder: Path) -> None:
    """Copy everything that a gate knows and keeps into the new folder TARGET, while it runs.

    The copy is of one moment, and is verified. It can be restored on SQLite and on PostgreSQL, with
    a folder and with an object store: also to move from one to the other.

    Exits with 3 if bytes are missing or damaged at the source.
    """
    made = assembly.back_up(data_folder, target)
    rows = sum(table.rows for table in made.tables.values())
    click.echo(f"{target} has {rows:,} rows and {made.blobs:,} blobs.")
    if made.log_head:
        click.echo(f"Anchor of the log: {made.log_head}")
    for digest in made.missing:
        click.echo(f"{click.style('!', fg='yellow')} missing or damaged: {digest}")
    if made.missing:
        ctx.exit(_INCOMPLETE_EXIT)
