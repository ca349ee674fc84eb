"""``airlock team``."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options


@click.group("team")
def command() -> None:
    """Teams of users: a role that a team has, each of its users has.

    The title of a team is the organisation for which it may upload (airlock name owner claim).
    """


@command.command("add")
@click.argument("name")
@click.option("--title", default="", help="The organisation that it stands for.")
@options.by
@options.data
def add(name: str, title: str, by: str, data_folder: Path) -> None:
    """Add the team NAME."""
    from airlock import accounts
    from airlock.model.people import Stamp

    with assembly.existing_records(data_folder) as records:
        stamp = Stamp(by, assembly.now())
        team = accounts.add_team(records.people, name, stamp, title=title)
    click.echo(f"{team.name} is a team.")


@command.command("join")
@click.argument("team")
@click.argument("user")
@options.by
@options.data
def join(team: str, user: str, by: str, data_folder: Path) -> None:
    """Put USER into TEAM."""
    _set_member(team, user, by, data_folder, member=True)


@command.command("leave")
@click.argument("team")
@click.argument("user")
@options.by
@options.data
def leave(team: str, user: str, by: str, data_folder: Path) -> None:
    """Take USER out of TEAM."""
    _set_member(team, user, by, data_folder, member=False)


@command.command("show")
@click.argument("name")
@options.data
def show(name: str, data_folder: Path) -> None:
    """Show who is in the team NAME, and its roles."""
    from airlock.errors import TargetNotFound
    from airlock.model.people import AccountKind, AccountName
    from airlock.report.people import standing_text

    with assembly.existing_records(data_folder) as records:
        standing = records.people.standing(AccountName(name))
        members = records.people.members(AccountName(name))
    if standing is None or standing.account.kind is not AccountKind.TEAM:
        raise TargetNotFound(f"there is no team {name}")
    click.echo(standing_text(standing))
    for member in members:
        click.echo(f"  has {member}")


def _set_member(team: str, user: str, by: str, data_folder: Path, *, member: bool) -> None:
    from airlock.model.people import AccountName, Stamp

    with assembly.existing_records(data_folder) as records:
        stamp = Stamp(by, assembly.now())
        names = AccountName(team), AccountName(user)
        changed = records.people.set_member(*names, stamp, member=member)
    said = f"{names[1]} is {'in' if member else 'not in'} {names[0]}"
    click.echo(f"{said}." if changed else f"{said} already.")
