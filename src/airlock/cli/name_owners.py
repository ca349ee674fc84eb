"""``airlock name owner``: to whom names belong."""

import getpass
import json
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.report import printable

_by = click.option(
    "--by", default=getpass.getuser, show_default="the current user", help="Who decides."
)
_reason = click.option("--reason", required=True, help="Why; read by whoever looks at it later.")
_form = options.form


@click.group("owner")
def command() -> None:
    """Say to whom names belong: to this index, or to one upstream.

    A name that belongs to this index is never asked of an upstream. An exact claim beats a prefix
    such as acme-*, and of prefixes the longest wins.
    """


@command.command("show")
@click.argument("name")
@_form
@options.index
@options.data
def show(name: str, form: str, index_url: str | None, data_folder: Path) -> None:
    """Show to whom NAME belongs, why and since when."""
    from airlock.model import ProjectName
    from airlock.report.names import claim_document, holding_document, holding_text

    project = ProjectName(name)
    with assembly.existing_store(data_folder) as store:
        claims = store.claims_on(project)
    holding = assembly.ownership(claims, index_url).of(project)
    if form == "json":
        document = holding_document(holding) | {"claims": [claim_document(c) for c in claims]}
        click.echo(json.dumps(document, indent=2))
    else:
        click.echo(holding_text(holding))


@command.command("claim")
@click.argument("pattern", metavar="NAME|PREFIX-*")
@click.option("--upstream", metavar="URL", help="For this upstream. Default: for this index.")
@click.option("--organisation", default="", help="Who may upload under it.")
@_by
@_reason
@options.data
def claim(  # noqa: PLR0913, PLR0917 - one parameter per option
    pattern: str, upstream: str | None, organisation: str, by: str, reason: str, data_folder: Path
) -> None:
    """Claim a NAME, or every name with a prefix."""
    from airlock import claiming
    from airlock.model.name_patterns import NamePattern
    from airlock.model.ownership import HERE, Claim, Origin

    wanted = Claim(
        pattern=NamePattern(pattern),
        origin=Origin.CLAIMED,
        owner=claiming.owner_of(upstream) if upstream else HERE,
        organisation=organisation,
        by=by,
        reason=reason,
        at=assembly.now(),
    )
    with assembly.existing_store(data_folder) as store:
        done = claiming.claim(store, wanted)
    click.echo(f"{wanted.pattern} belongs to {wanted.owner}.")
    for project in done.taken:
        click.echo(f"  {project} was served from an upstream until now, and is no longer.")


@command.command("release")
@click.argument("pattern", metavar="NAME|PREFIX-*")
@_by
@_reason
@options.data
def release(pattern: str, by: str, reason: str, data_folder: Path) -> None:
    """Give a claim back; the next wider claim holds then, or else the upstream."""
    from airlock import claiming
    from airlock.model.name_patterns import NamePattern

    with assembly.existing_store(data_folder) as store:
        ended = claiming.release(
            store, NamePattern(pattern), by=by, reason=reason, at=assembly.now()
        )
    click.echo(f"The claim on {ended.pattern} has ended.")


@command.command("list")
@click.option("--all", "every", is_flag=True, help="Also what was only first seen at an upstream.")
@_form
@options.data
def show_all(*, every: bool, form: str, data_folder: Path) -> None:
    """List the claims in force."""
    from airlock.report.names import claim_document, claim_text

    with assembly.existing_store(data_folder) as store:
        claims = assembly.ownership(store.claims(first_seen=every), None).in_force()
    if form == "json":
        click.echo(json.dumps([claim_document(one) for one in claims], indent=2))
        return
    for one in claims:
        click.echo(claim_text(one))
    if not claims:
        click.echo("No name is claimed.")


@command.command("move")
@click.argument("old", metavar="OLD-URL")
@click.argument("new", metavar="NEW-URL")
@_by
@_reason
@options.data
def move(old: str, new: str, by: str, reason: str, data_folder: Path) -> None:
    """Give all names of one upstream to another, such as a mirror that takes its place."""
    from airlock import claiming

    before, after = (str(claiming.owner_of(url)) for url in (old, new))
    with assembly.existing_store(data_folder) as store:
        count = claiming.move(store, before, after, by=by, reason=reason, at=assembly.now())
    click.echo(f"{count} names belong to {printable(after)} now.")
