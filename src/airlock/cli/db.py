"""``airlock db``: what Airlock knows from elsewhere, and how old it is."""

from pathlib import Path

import click
from click.core import ParameterSource

from airlock import assembly
from airlock.cli import options
from airlock.errors import AirlockError
from airlock.model.database import Condition
from airlock.report import printable

_FAILED = 4
_PARTIAL = 3


@click.group("db")
def command() -> None:
    """Keep what Airlock knows from elsewhere up to date.

    It lies in one folder: AIRLOCK_DB, or airlock in the user's data folder.
    """


@command.command("update")
@click.argument("wanted", nargs=-1, metavar="[PART|SOURCE…]")
@click.option(
    "--popular",
    "popular_source",
    metavar="URL|FILE",
    envvar="AIRLOCK_POPULAR_SOURCE",
    help="Where the list of popular names comes from. Default: the published monthly list.",
)
@click.option(
    "--from",
    "server_url",
    metavar="URL",
    envvar="AIRLOCK_DB_FROM",
    help="An Airlock server that delivers them, signed; what is older than a day is refused.",
)
@click.option(
    "--root", type=options.existing_file, envvar="AIRLOCK_ROOT", help="The root of its metadata."
)
@click.pass_context
def update(
    ctx: click.Context,
    wanted: tuple[str, ...],
    *,
    popular_source: str | None,
    server_url: str | None,
    root: Path | None,
) -> None:
    """Fetch all parts, or each PART that is named: advisories, popular, fingerprints.

    A SOURCE is one of advisories: osv, epss or kev for the public ones, a URL, or the path of an
    export: a zip, tar or folder of OSV records (JSON or YAML), safety-db's JSON, EPSS's CSV, the
    KEV catalogue, or a database that was compiled elsewhere. The sources of one command are the
    whole database; without any, those of the one before are read again.

    A part that cannot be had stays as it was; the others are fetched all the same. Exits with 4
    then, with 3 if records are unreadable. A list of --popular alone updates nothing else.
    """
    from airlock.report.databases import parts_text

    # The environment says where the list comes from, not that nothing else is wanted.
    if server_url and root is None:
        raise click.UsageError("--from goes with --root, the root of that server's metadata.")
    typed = ctx.get_parameter_source("popular_source") is ParameterSource.COMMANDLINE
    wanted += ("popular",) if typed else ()
    failed = partial = False
    for part, named in assembly.database_parts(wanted):
        listed = part.name == "popular" and popular_source
        try:
            sources = [listed] if listed else named
            if server_url and root and not sources:
                folder = assembly.evidence_folder()
                sources = [str(assembly.delivered(part.name, server_url, root, folder))]
            kept = part.update(sources)
            partial = partial or kept.condition is Condition.PARTIAL
            click.echo(parts_text([kept]), nl=False)
        except AirlockError as error:
            failed = True
            click.echo(f"{part.name}: not updated: {printable(str(error))}", err=True)
            if error.hint:
                click.echo(f"  {printable(error.hint)}", err=True)
    ctx.exit(_FAILED if failed else _PARTIAL if partial else 0)


@command.command("status")
@options.form
@click.pass_context
def status(ctx: click.Context, form: str) -> None:
    """Tell what there is, from where and since when.

    Exits with 4 if a part is broken, with 3 if records of one are unreadable.
    """
    from airlock.report.databases import parts_json, parts_text

    folder = str(assembly.evidence_folder())
    found = [part.status() for part, _ in assembly.database_parts()]
    if form == "json":
        click.echo(parts_json(folder, found), nl=False)
    else:
        click.echo(f"In {printable(folder)}:")
        click.echo(parts_text(found), nl=False)
    conditions = {part.condition for part in found}
    partial = _PARTIAL if Condition.PARTIAL in conditions else 0
    ctx.exit(_FAILED if Condition.BROKEN in conditions else partial)
