"""``airlock log``."""

import json
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.report import printable

_BROKEN_EXIT = 1


@click.group("log")
def command() -> None:
    """The log of every decision and change, in which each entry has the hash of the one before."""


@command.command("show")
@options.number(50)
@click.option("--kind", default="", help="Only entries of this kind, such as token-created.")
@click.option("--about", default="", help="Only entries about this digest, name or id.")
@options.form
@options.data
def show(number: int, kind: str, about: str, form: str, data_folder: Path) -> None:
    """Show the last entries, the newest at the end."""
    from airlock.report.people import entry_document, entry_text

    with assembly.existing_records(data_folder) as records:
        found = records.log.latest(number, kind=kind, subject=about)[::-1]
    for entry in found:
        click.echo(json.dumps(entry_document(entry)) if form == "json" else entry_text(entry))
    if not found and form == "text":
        click.echo("The log has no such entries.")


@command.command("anchor")
@options.data
def anchor(data_folder: Path) -> None:
    """Print the number and the hash of the last entry.

    Keep it somewhere else: `airlock log verify --anchor` then sees if the log was cut off before
    it, or was written anew.
    """
    with assembly.existing_records(data_folder) as records:
        head = records.log.head()
    click.echo(str(head) if head else "")


@command.command("verify")
@click.option("--anchor", "anchors", multiple=True, metavar="NUMBER:SHA256", help="Kept elsewhere.")
@click.option(
    "--anchor-file",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Holds anchors, one a line.",
)
@options.data
@click.pass_context
def verify(
    ctx: click.Context, anchors: tuple[str, ...], files: tuple[Path, ...], data_folder: Path
) -> None:
    """Look through the whole log; exit with 1 if it was tampered with.

    An entry that was changed, taken out, put in or moved is seen without an anchor.
    """
    from airlock.model.log import Anchor

    told = [*anchors, *(line for file in files for line in file.read_text().splitlines() if line)]
    kept = [Anchor.parse(text) for text in told]
    with assembly.existing_records(data_folder) as records:
        found = records.log.verify(kept)
    for fault in found.faults:
        click.echo(f"{click.style('✘', fg='red')} {printable(fault)}")
    if found.faults:
        ctx.exit(_BROKEN_EXIT)
    against = f", and has {len(kept)} anchors in it" if kept else ""
    click.echo(f"The log is whole up to {found.head or 'its beginning'}{against}.")
