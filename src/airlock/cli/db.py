"""``airlock db``: what Airlock knows from elsewhere, and how old it is."""

import click

from airlock import assembly
from airlock.errors import AirlockError
from airlock.report import printable

_FAILED = 4


@click.group("db")
def command() -> None:
    """Keep what Airlock knows from elsewhere up to date.

    It lies in one folder: AIRLOCK_DB, or airlock in the user's data folder.
    """


@command.command("update")
@click.argument("parts", nargs=-1, metavar="[PART…]")
@click.option(
    "--popular",
    "popular_source",
    metavar="URL|FILE",
    envvar="AIRLOCK_POPULAR_SOURCE",
    help="Where the list of popular names comes from. Default: the published monthly list.",
)
@click.pass_context
def update(ctx: click.Context, parts: tuple[str, ...], popular_source: str | None) -> None:
    """Fetch all parts, or each PART that is named.

    A part that cannot be had stays as it was; the others are fetched all the same. Exits with 4
    then.
    """
    from airlock.report.databases import parts_text

    sources = {"popular": popular_source}
    failed = False
    for part in assembly.database_parts(parts):
        try:
            click.echo(parts_text([part.update(sources.get(part.name))]), nl=False)
        except AirlockError as error:
            failed = True
            click.echo(f"{part.name}: not updated: {printable(str(error))}", err=True)
            if error.hint:
                click.echo(f"  {printable(error.hint)}", err=True)
    ctx.exit(_FAILED if failed else 0)


@command.command("status")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.pass_context
def status(ctx: click.Context, form: str) -> None:
    """Tell what there is, from where and since when. Exits with 4 if a part is broken."""
    from airlock.model.database import Condition
    from airlock.report.databases import parts_json, parts_text

    folder = str(assembly.evidence_folder())
    found = [part.status() for part in assembly.database_parts()]
    if form == "json":
        click.echo(parts_json(folder, found), nl=False)
    else:
        click.echo(f"In {printable(folder)}:")
        click.echo(parts_text(found), nl=False)
    broken = any(part.condition is Condition.BROKEN for part in found)
    ctx.exit(_FAILED if broken else 0)
