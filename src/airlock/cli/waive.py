"""``airlock waive``."""

import datetime as dt
import getpass
import re
import secrets
from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.errors import InvalidName, UsageError
from airlock.model import Decision, ProjectName, Sha256
from airlock.model.waiver import Waiver
from airlock.report import printable

_ID_BYTES = 6
# A digest that was cut or mistyped is no project.
_DIGEST_LIKE = re.compile(r"[0-9a-fA-F]{32,}")


@click.group("waive")
def command() -> None:
    """Let a person's decision stand above a verdict, until a date.

    A waiver has a name, a reason and an end, is about one digest or one project, and is recorded
    for ever.
    """


@command.command("add")
@click.argument("scope", metavar="SHA256|PROJECT")
@click.option(
    "--decision",
    type=click.Choice([decision.word for decision in Decision]),
    default=Decision.ADMIT.word,
    show_default=True,
    help="What is decided, whatever the verdict says.",
)
@click.option("--reason", required=True, help="Why; read by whoever looks at it later.")
@click.option("--by", default=getpass.getuser, show_default="the current user", help="Who decides.")
@click.option(
    "--days",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="When it ends.",
)
@options.data
def add(  # noqa: PLR0913, PLR0917 - one parameter per option
    scope: str, decision: str, reason: str, by: str, days: float, data_folder: Path
) -> None:
    """Decide about one SHA256 or one PROJECT."""
    now = assembly.now()
    sha256, project = _scope(scope)
    waiver = Waiver(
        id=secrets.token_hex(_ID_BYTES),
        decision=Decision.of_word(decision),
        reason=reason,
        by=by,
        created_at=now,
        expires_at=_end(now, days),
        sha256=sha256,
        project=project,
    )
    with assembly.existing_store(data_folder) as store:
        store.add_waiver(waiver)
    click.echo(f"Waiver {waiver.id}: {_line(waiver)}")


@command.command("list")
@options.data
@click.pass_obj
def show(server: str | None, data_folder: Path) -> None:
    """Show the waivers in force, here or, with --server, on a gate elsewhere."""
    if server is not None:
        from airlock.report.review import waiver_text

        found = assembly.server(server).every("/api/waivers")
        click.echo("\n".join(map(waiver_text, found)) or "No waiver is in force.")
        return
    with assembly.existing_store(data_folder) as store:
        waivers = store.waivers(assembly.now())
    for waiver in waivers:
        click.echo(f"{waiver.id}  {_line(waiver)}")
    if not waivers:
        click.echo("No waiver is in force.")


@command.command("revoke")
@click.argument("waiver_id", metavar="ID")
@click.option("--reason", required=True, help="Why; read by whoever looks at it later.")
@click.option("--by", default=getpass.getuser, show_default="the current user", help="Who decides.")
@options.data
@click.pass_obj
def revoke(server: str | None, waiver_id: str, reason: str, by: str, data_folder: Path) -> None:
    """End a waiver before its time, here or, with --server, on a gate elsewhere."""
    if server is not None:
        from airlock.remote import segment

        path = f"/api/waivers/{segment(waiver_id)}"
        assembly.server(server).ask("DELETE", path, {"reason": reason})
        click.echo(f"Waiver {waiver_id} is revoked.")
        return
    with assembly.existing_store(data_folder) as store:
        store.revoke_waiver(waiver_id, by=by, reason=reason, at=assembly.now())
    click.echo(f"Waiver {waiver_id} is revoked.")


def _end(now: dt.datetime, days: float) -> dt.datetime:
    try:
        return now + dt.timedelta(days=days)
    except (OverflowError, ValueError) as error:
        raise UsageError(f"a waiver cannot end in {days:g} days") from error


def _scope(text: str) -> tuple[Sha256 | None, ProjectName | None]:
    try:
        return Sha256(text), None
    except InvalidName:
        if _DIGEST_LIKE.fullmatch(text):
            raise
        return None, ProjectName(text)


def _line(waiver: Waiver) -> str:
    until = waiver.expires_at.strftime("%Y-%m-%d %H:%M UTC")
    who = f"by {printable(waiver.by)}, until {until}: {printable(waiver.reason)}"
    return f"{waiver.decision.word} {waiver.about} {who}"
