"""``airlock name phantoms``: names that were asked for and that nobody has."""

import datetime as dt
import getpass
import json
from pathlib import Path

import click

from airlock import assembly, phantoms
from airlock.cli import options

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@click.command("phantoms")
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--reserve", is_flag=True, help="Claim them for this index.")
@click.option("--all", "every", is_flag=True, help="With --reserve: all that are shown.")
@click.option("--since", type=click.FloatRange(0), metavar="DAYS", help="Asked for since then.")
@options.form
@click.option(
    "--by", default=getpass.getuser, show_default="the current user", help="Who reserves them."
)
@click.option(
    "--reason",
    default="asked for, and nobody has it",
    show_default=True,
    help="Why, for --reserve.",
)
@options.index
@options.data
def command(  # noqa: PLR0913 - one parameter per option
    names: tuple[str, ...],
    *,
    reserve: bool,
    every: bool,
    since: float | None,
    form: str,
    by: str,
    reason: str,
    index_url: str | None,
    data_folder: Path,
) -> None:
    """Show the names that the gate was asked for and that its upstream does not have.

    They are typos, names of private projects, and inventions of language models: whoever publishes
    one is installed by everybody who goes on asking for it. With --reserve they belong to this
    index from now on, and are never asked of an upstream again.
    """
    from airlock.model import ProjectName

    _require_a_choice(names, reserve=reserve, every=every)
    with assembly.existing_store(data_folder) as store:
        ownership = assembly.ownership(store.claims(first_seen=True), index_url)
        sightings = store.sightings(_begin(since))
        found = phantoms.phantoms(sightings, ownership, assembly.lore())
        if names:
            found = phantoms.choose(found, [ProjectName(name) for name in names])
        if reserve:
            done = phantoms.reserve(store, found, by=by, reason=reason, at=assembly.now())
    if reserve:
        _show_reserved(done)
    else:
        _show(found, form)


def _require_a_choice(names: tuple[str, ...], *, reserve: bool, every: bool) -> None:
    if reserve and bool(names) == every:
        raise click.UsageError("Name what to reserve, or say --all.")
    if every and not reserve:
        raise click.UsageError("--all goes with --reserve.")


def _begin(days: float | None) -> dt.datetime:
    if days is None:
        return _EPOCH
    try:
        return assembly.now() - dt.timedelta(days=days)
    except OverflowError:
        return _EPOCH


def _show(found: tuple[phantoms.Phantom, ...], form: str) -> None:
    from airlock.report.phantoms import phantoms_document, phantoms_text

    if form == "json":
        click.echo(json.dumps(phantoms_document(found), indent=2))
    else:
        click.echo(phantoms_text(found) or "Nobody asked for a name that does not exist.")


def _show_reserved(done: phantoms.Reserved) -> None:
    for project in done.reserved:
        click.echo(f"{project} belongs to this index.")
    for project in done.published:
        click.echo(f"{project} was left alone: the upstream has it by now.")
    if not done.reserved:
        click.echo("Nothing was reserved.")
