"""``airlock trust fetch``: one verified file, such as a database, from a repository."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options


@click.command("fetch")
@click.argument("url")
@click.argument("target", metavar="PATH")
@click.option(
    "--root", required=True, type=options.existing_file, envvar="AIRLOCK_ROOT", help="Its root."
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; it is written over only by what was verified.",
)
@options.guard_data
def fetch(url: str, target: str, root: Path, output: Path, data_folder: Path) -> None:
    """Write the target PATH of the repository at URL (…/tuf/) into a file, verified.

    What is older than a day is refused: airlock trust fetch https://index.example/tuf/
    databases/advisories.zip --root root.json -o advisories.zip, then airlock db update
    advisories.zip.
    """
    assembly.fetch_target(url, root, target, output, data_folder)
    click.echo(f"verified: {output}")
