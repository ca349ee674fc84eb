"""``airlock role``."""

import json
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.model.access import Role

_role = click.argument("role", type=click.Choice([role.value for role in Role]))
_scope = click.argument("scope", metavar="[PROJECT|PREFIX-*|*]", default="*")


@click.group("role")
def command() -> None:
    r"""Say who may do what, on one project, on all names with a prefix, or on everything.

    \b
    reader      read, where reading is by roles
    creator     upload the first release of a new project, and own it from then on
    uploader    upload
    maintainer  upload and yank
    owner       all of these, give these roles to others, and say who publishes
    reviewer    let a decision stand above a verdict (waivers)
    admin       everything, on everything
    """


@command.command("give")
@click.argument("account", metavar="USER|TEAM")
@_role
@_scope
@options.by
@options.data
def give(account: str, role: str, scope: str, by: str, data_folder: Path) -> None:
    """Give USER or TEAM a role."""
    _set(account, role, scope, by, data_folder, granted=True)


@command.command("take")
@click.argument("account", metavar="USER|TEAM")
@_role
@_scope
@options.by
@options.data
def take(account: str, role: str, scope: str, by: str, data_folder: Path) -> None:
    """Take a role from USER or TEAM."""
    _set(account, role, scope, by, data_folder, granted=False)


@command.command("list")
@click.option("--project", help="Only the roles that hold for this project.")
@options.form
@options.data
def show_all(project: str | None, form: str, data_folder: Path) -> None:
    """List who has which role."""
    from airlock.model import ProjectName
    from airlock.report.people import grant_document, grant_text

    about = ProjectName(project) if project else None
    with assembly.existing_records(data_folder) as records:
        grants = [g for g in records.people.grants() if about is None or g.scope.covers(about)]
    if form == "json":
        click.echo(json.dumps([grant_document(grant) for grant in grants], indent=2))
        return
    for grant in grants:
        click.echo(grant_text(grant))
    if not grants:
        click.echo("Nobody has a role.")


def _set(account: str, role: str, scope: str, by: str, data_folder: Path, *, granted: bool) -> None:  # noqa: PLR0913 - who, what, where
    from airlock import accounts
    from airlock.model.access import Scope
    from airlock.model.people import AccountName, Grant, Stamp
    from airlock.report.people import grant_text

    grant = Grant(account=AccountName(account), role=Role(role), scope=Scope(scope))
    with assembly.existing_records(data_folder) as records:
        stamp = Stamp(by, assembly.now())
        changed = accounts.set_role(records.people, grant, stamp, granted=granted)
    word = "given" if granted else "taken"
    click.echo(f"{grant_text(grant)}: {word if changed else f'was {word} already'}.")
