"""``airlock watch``."""

import datetime as dt
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from airlock import assembly
from airlock.cli import options, shown, watch_alerts
from airlock.model import Severity

if TYPE_CHECKING:
    from airlock.gate.watch.settings import MailSettings
    from airlock.report.watching import WatchStatus

_NO_SUCH = 2
_NOT_ALL_DONE = 3
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group("watch", invoke_without_command=True)
@click.option(
    "--source",
    "index_urls",
    metavar="URL",
    multiple=True,
    envvar="AIRLOCK_UPSTREAM",
    help="An index to follow; several times. Default: the one in pip's configuration, or PyPI.",
)
@click.option(
    "--follow",
    "kind",
    type=click.Choice(assembly.FOLLOW_KINDS),
    default="auto",
    show_default=True,
    help="How to learn what changed: the best that the index offers, unless one is named.",
)
@click.option("--project", "projects", multiple=True, metavar="NAME", help="Only such projects.")
@click.option(
    "--projects",
    "projects_file",
    type=click.File(encoding="utf-8"),
    help="Only the projects in this file, one a line.",
)
@click.option("--backfill", is_flag=True, help="Take everything that was published before, too.")
@click.option("--since", type=_DAY, help="Take what was published since. Default: from now on.")
@click.option(
    "--every", default=60.0, show_default=True, type=click.FloatRange(1), help="Seconds to wait."
)
@options.rate
@click.option(
    "--backlog",
    default=5000,
    show_default=True,
    type=click.IntRange(1),
    help="While more files wait, no more are looked for.",
)
@click.option(
    "--per-project",
    default=50,
    show_default=True,
    type=click.IntRange(1),
    help="Files of one project; further ones wait behind all others.",
)
@click.option("-j", "--workers", "crew", type=click.IntRange(0, 256), help="Workers to start here.")
@click.option("--once", is_flag=True, help="End when everything that is there now is done.")
@options.mail_server("Send alerts by e-mail")
@options.mail_from
@click.option(
    "--mail-to",
    metavar="ADDRESS",
    multiple=True,
    envvar="AIRLOCK_MAIL_TO",
    help="Who gets them; several times.",
)
@click.option(
    "--mail-severity",
    type=click.Choice([one.value for one in Severity]),
    default="high",
    show_default=True,
    help="The least severe alerts that are sent.",
)
@click.option("--metrics-port", type=click.IntRange(1, 65535), help="For Prometheus, on loopback.")
@options.log_json
@options.data
@options.policy
@click.pass_context
def command(  # noqa: PLR0913 - one parameter per option
    context: click.Context,
    *,
    index_urls: tuple[str, ...],
    kind: str,
    projects: tuple[str, ...],
    projects_file: IO[str] | None,
    backfill: bool,
    since: dt.datetime | None,
    every: float,
    rate: float,
    backlog: int,
    per_project: int,
    crew: int | None,
    once: bool,
    mail_server: str | None,
    mail_from: str | None,
    mail_to: tuple[str, ...],
    mail_severity: str,
    metrics_port: int | None,
    log_json: bool,
    data_folder: Path,
    policy_file: Path | None,
) -> None:
    """Follow an index, and look at every file that appears there.

    Everything is kept in the data folder of a gate, which then knows the verdicts, too. Stopping
    and starting loses nothing and does nothing twice.
    """
    if context.invoked_subcommand is not None:
        return
    from airlock.gate.settings import GateSettings
    from airlock.gate.watch.settings import WatchSettings

    gate = GateSettings(data_folder=data_folder, upstreams=index_urls, policy_file=policy_file)
    settings = WatchSettings(
        every=dt.timedelta(seconds=every),
        rate=rate,
        backlog=backlog,
        per_project=per_project,
        everything=backfill,
        since=since.replace(tzinfo=dt.UTC) if since else None,
    )
    named = (*projects, *(_lines(projects_file) if projects_file else ()))
    mail = _mail(mail_server, mail_from, mail_to, Severity(mail_severity))
    workers = assembly.cores() if crew is None else crew
    wishes = assembly.WatchWishes(kind, named, once, workers, mail, metrics_port, log_json)
    # First the line, then the log: what is logged goes above the line.
    progress = _Shown(hidden=log_json)
    assembly.log_to_terminal(json=log_json or not sys.stderr.isatty())
    try:
        last = assembly.watch(gate, settings, wishes, progress.show)
    finally:
        progress.close()
    if once or sys.stderr.isatty():
        from airlock.report.watching import status_text

        click.echo(status_text(last))
    if once:
        left = sum(last.backlog.waiting.values()) + last.backlog.pages + last.backlog.dead
        context.exit(_NOT_ALL_DONE if left else 0)


def _mail(
    server: str | None, sender: str | None, to: tuple[str, ...], lowest: Severity
) -> "MailSettings | None":
    from airlock.gate.watch.settings import MailSettings

    if server is None:
        return None
    if not sender or not to:
        raise click.UsageError("Say --mail-from and --mail-to, too.")
    password = options.mail_password()
    return MailSettings(server=server, password=password, sender=sender, to=to, lowest=lowest)


def _lines(file: IO[str]) -> list[str]:
    try:
        found = [line.partition("#")[0].strip() for line in file]
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file.name} is no text in UTF-8.") from error
    names = [line for line in found if line]
    if not names:
        # Without any name, the whole index would be followed.
        raise click.UsageError(f"{file.name} names no project.")
    return names


class _Shown:
    """Shows in one line of a terminal how far it is."""

    def __init__(self, *, hidden: bool) -> None:
        self._status = None
        if not hidden and sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("")
            self._status.start()

    def show(self, status: "WatchStatus") -> None:
        """Show a status."""
        if self._status is not None:
            backlog = status.backlog
            waiting = sum(backlog.waiting.values())
            self._status.update(
                f"{waiting:,} waiting, {backlog.pages:,} pages to read, {backlog.done:,} done, "
                f"{status.rate:.1f} a second"
            )

    def close(self) -> None:
        """Take the line off the terminal."""
        if self._status is not None:
            self._status.stop()


@command.command("status")
@options.form
@options.data
def status(form: str, data_folder: Path) -> None:
    """Tell how far it is: cursors, backlog, rate, workers, dead letters."""
    from airlock.report.watching import status_document, status_text

    found = assembly.watch_status(data_folder)
    if form == "json":
        click.echo(shown.json_text(status_document(found)))
    else:
        click.echo(status_text(found))


@command.command("letters")
@click.option("--waiting", is_flag=True, help="What failed and will be tried again.")
@options.number(50)
@options.form
@options.data
def letters(number: int, form: str, data_folder: Path, *, waiting: bool) -> None:
    """Show dead letters: files that were given up after several attempts, with the reason."""
    from airlock.report.watching import letter_text, letters_document

    found = assembly.watch_letters(data_folder, dead=not waiting, limit=number)
    if form == "json":
        click.echo(shown.json_text(letters_document(found)))
        return
    for letter in found:
        click.echo(letter_text(letter))
    if not found:
        click.echo("There are none.")


@command.command("requeue")
@click.argument("ids", nargs=-1, type=click.IntRange(1, 2**63 - 1), metavar="[ID]…")
@click.option("--all", "every", is_flag=True, help="All of them.")
@options.data
def requeue(ids: tuple[int, ...], data_folder: Path, *, every: bool) -> None:
    """Queue dead letters again."""
    if bool(ids) == every:
        raise click.UsageError("Name dead letters, or say --all.")
    count = assembly.revive_letters(data_folder, None if every else ids)
    click.echo(f"{count} queued again.")
    if missing := len(set(ids)) - count if ids else 0:
        click.echo(f"{missing} of these are no dead letters: see airlock watch letters.", err=True)
        click.get_current_context().exit(_NO_SUCH)


for _one in (watch_alerts.alerts, watch_alerts.report, watch_alerts.osv):
    command.add_command(_one)
