"""``airlock token``."""

import json
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.model.access import Action

_DAYS = 90.0


@click.group("token")
def command() -> None:
    """Tokens by which machines ask, as the password of the user __token__ or as Bearer.

    A token allows what its user or team may, and of that only the actions and projects that it was
    made for.
    """


@command.command("create")
@click.argument("account", metavar="USER|TEAM")
@click.option(
    "--allow",
    "actions",
    multiple=True,
    required=True,
    type=click.Choice([action.value for action in Action]),
    help="What it allows; several times.",
)
@click.option(
    "--on",
    "scopes",
    multiple=True,
    required=True,
    metavar="PROJECT|PREFIX-*|*",
    help="On what; several times.",
)
@click.option(
    "--days",
    default=_DAYS,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="When it ends.",
)
@click.option("--forever", is_flag=True, help="It never ends.")
@click.option("--description", required=True, help="What it is for.")
@options.by
@options.data
def create(  # noqa: PLR0913, PLR0917 - one parameter per option
    account: str,
    actions: tuple[str, ...],
    scopes: tuple[str, ...],
    days: float,
    description: str,
    by: str,
    data_folder: Path,
    *,
    forever: bool,
) -> None:
    """Make a token for USER or TEAM; its text is shown this once, on the standard output."""
    from airlock import accounts
    from airlock.model.access import Scope
    from airlock.model.people import AccountName, Stamp

    with assembly.existing_records(data_folder) as records:
        made = accounts.create_token(
            records.people,
            AccountName(account),
            Stamp(by, assembly.now()),
            description=description,
            actions=[Action(action) for action in actions],
            scopes=[Scope(scope) for scope in scopes],
            days=None if forever else days,
        )
    click.echo(made.text)
    click.echo(f"Token {made.token.id}. Nobody can show its text again: keep it now.", err=True)


@command.command("list")
@click.argument("account", required=False, metavar="[USER|TEAM]")
@options.form
@options.data
def show_all(account: str | None, form: str, data_folder: Path) -> None:
    """List what is known of tokens, without their text."""
    from airlock.model.people import AccountName
    from airlock.report.people import token_document, token_text

    with assembly.existing_records(data_folder) as records:
        found = records.people.tokens(AccountName(account) if account else None)
    if form == "json":
        click.echo(json.dumps([token_document(token) for token in found], indent=2))
        return
    now = assembly.now()
    for token in found:
        ended = "revoked" if token.revoked_at else "expired"
        click.echo(token_text(token, "active" if token.active(now) else ended))
    if not found:
        click.echo("There are no tokens.")


@command.command("revoke")
@click.argument("token_id", metavar="ID")
@options.by
@options.data
def revoke(token_id: str, by: str, data_folder: Path) -> None:
    """End the token ID before its time."""
    from airlock.model.people import Stamp

    with assembly.existing_records(data_folder) as records:
        records.people.revoke_token(token_id, Stamp(by, assembly.now()))
    click.echo(f"Token {token_id} is revoked.")
