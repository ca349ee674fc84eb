"""``airlock user``."""

import json
import sys
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.errors import TargetNotFound

_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)


@click.group("user")
def command() -> None:
    """Say which users the gate knows.

    A user may do nothing before they have a role (airlock role) and prove who they are: with a
    password, or with a token (airlock token).
    """


@command.command("add")
@click.argument("name")
@click.option("--title", default="", help="How people call them.")
@click.option("--password", "asks", is_flag=True, help="Ask for a password.")
@_password_stdin
@click.option("--admin", is_flag=True, help="Make them administrator of the whole index.")
@options.by
@options.data
def add(  # noqa: PLR0913 - one parameter per option
    name: str,
    title: str,
    by: str,
    data_folder: Path,
    *,
    asks: bool,
    password_stdin: bool,
    admin: bool,
) -> None:
    """Add the user NAME."""
    from airlock import accounts
    from airlock.model.access import EVERYTHING, Role
    from airlock.model.people import Grant, Stamp

    password = _password(stdin=password_stdin) if asks or password_stdin else None
    stamp = Stamp(by, assembly.now())
    with assembly.records(data_folder) as records:
        user = accounts.add_user(records.people, name, stamp, title=title, password=password)
        if admin:
            grant = Grant(account=user.name, role=Role.ADMIN, scope=EVERYTHING)
            accounts.set_role(records.people, grant, stamp, granted=True)
    click.echo(f"{user.name} is a user{' and administrator' if admin else ''}.")


@command.command("list")
@options.form
@options.data
def show_all(form: str, data_folder: Path) -> None:
    """List users and teams."""
    from airlock.report.people import account_document, account_text

    with assembly.existing_records(data_folder) as records:
        found = records.people.accounts()
    if form == "json":
        click.echo(json.dumps([account_document(account) for account in found], indent=2))
        return
    for account in found:
        click.echo(account_text(account))
    if not found:
        click.echo("There are no users. Add one: airlock user add NAME --admin --password")


@command.command("show")
@click.argument("name")
@options.data
def show(name: str, data_folder: Path) -> None:
    """Show the teams and roles of NAME."""
    from airlock.errors import TargetNotFound
    from airlock.model.people import AccountName
    from airlock.report.people import standing_text

    with assembly.existing_records(data_folder) as records:
        standing = records.people.standing(AccountName(name))
    if standing is None:
        raise TargetNotFound(f"there is no user or team {name}")
    click.echo(standing_text(standing))


@command.command("password")
@click.argument("name")
@_password_stdin
@options.by
@options.data
def change_password(name: str, by: str, data_folder: Path, *, password_stdin: bool) -> None:
    """Give the user NAME another password."""
    from airlock import accounts
    from airlock.model.people import AccountName, Stamp

    given = _password(stdin=password_stdin)
    with assembly.existing_records(data_folder) as records:
        stamp = Stamp(by, assembly.now())
        accounts.set_password(records.people, AccountName(name), given, stamp)
    click.echo(f"The password of {name} is set.")


@command.command("disable")
@click.argument("name")
@options.by
@options.data
def disable(name: str, by: str, data_folder: Path) -> None:
    """Put the user or team NAME out of use, with all of its tokens."""
    _set_disabled(name, by, data_folder, disabled=True)


@command.command("enable")
@click.argument("name")
@options.by
@options.data
def enable(name: str, by: str, data_folder: Path) -> None:
    """Put the user or team NAME into use again."""
    _set_disabled(name, by, data_folder, disabled=False)


def _set_disabled(name: str, by: str, data_folder: Path, *, disabled: bool) -> None:
    from airlock.model.people import AccountName, Stamp

    with assembly.existing_records(data_folder) as records:
        stamp = Stamp(by, assembly.now())
        records.people.set_disabled(AccountName(name), stamp, disabled=disabled)
    click.echo(f"{name} is {'out of' if disabled else 'in'} use.")


def _password(*, stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return asked


@command.command("link")
@click.argument("name")
@click.option("--issuer", required=True, metavar="URL", help="That people sign in by.")
@click.option("--subject", required=True, help="Its `sub` of this person.")
@options.by
@options.data
def link(name: str, issuer: str, subject: str, by: str, data_folder: Path) -> None:
    """Say that the user NAME is SUBJECT of ISSUER, by which they sign in (serve --sso-issuer)."""
    from airlock.model.people import AccountName, Stamp

    account = AccountName(name)
    with assembly.existing_records(data_folder) as records:
        if records.people.password(account) is None:
            raise TargetNotFound(f"there is no user {account}")
        stamp = Stamp(by, assembly.now())
        records.sessions.set_identity(issuer.rstrip("/"), subject, account, stamp)
    click.echo(f"{account} signs in by {issuer}.")


@command.command("reset-factors")
@click.argument("name")
@options.by
@options.data
def reset_factors(name: str, by: str, data_folder: Path) -> None:
    """Take the second factors of NAME away, and end their sessions: for who lost them all."""
    from airlock import accounts
    from airlock.model.people import AccountName, Stamp

    account = AccountName(name)
    with assembly.existing_records(data_folder) as records:
        number = accounts.reset_factors(records.sessions, account, Stamp(by, assembly.now()))
    click.echo(f"{account} has no second factor any more; there were {number}.")
