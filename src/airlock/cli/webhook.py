"""``airlock webhook``."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.report import printable


@click.group("webhook")
def command() -> None:
    """Tell other programs of the entries of the log, signed, as they are added.

    A running gate delivers; what is not taken is tried again for a day, in order.
    """


@command.command("add")
@click.argument("url")
@click.option("--kind", "kinds", multiple=True, help="Only such entries; several times.")
@options.by
@options.data
def add(url: str, kinds: tuple[str, ...], by: str, data_folder: Path) -> None:
    """Tell URL of every entry from now on; the secret that signs is shown this once.

    A data folder that is not there yet is made, so that a gate or a watch tells of its first entry.
    """
    from airlock.model.hooks import new_hook, new_secret
    from airlock.model.people import Stamp

    now, secret = assembly.now(), new_secret()
    hook = new_hook(url, kinds, now=now, cursor=0)
    records, made = assembly.found_or_made_records(data_folder)
    with records:
        head = records.log.head()
        records.hooks.add(hook.after(head.seq if head else 0), secret, Stamp(by, now))
    click.echo(secret)
    click.echo(f"Webhook {hook.id}. Its receiver verifies with this secret: keep it now.", err=True)
    if made:
        told = "was made: nothing is told before airlock serve or watch runs with this --data."
        click.echo(f"{data_folder} {told}", err=True)


@command.command("list")
@options.data
def show_all(data_folder: Path) -> None:
    """List the webhooks, and how far each was told."""
    with assembly.existing_records(data_folder) as records:
        found = records.hooks.every()
    for hook in found:
        kinds = " ".join(hook.kinds) or "all entries"
        click.echo(f"{hook.id}  {printable(hook.url)}: {kinds}, told up to entry {hook.cursor}")
    if not found:
        click.echo("There are no webhooks.")


@command.command("deliveries")
@options.number(50)
@options.data
def deliveries(number: int, data_folder: Path) -> None:
    """Show the last attempts to deliver, the newest at the end."""
    with assembly.existing_records(data_folder) as records:
        found = records.hooks.deliveries(number)[::-1]
    for one in found:
        came = str(one.status) if one.status is not None else one.error
        mark = click.style("✔", fg="green") if one.done else click.style("✘", fg="red")
        when = f"{one.at:%Y-%m-%d %H:%M:%S}"
        click.echo(f"{mark} {when}  {one.hook}  entry {one.entry}, attempt {one.attempt}: {came}")
    if not found:
        click.echo("Nothing was delivered yet.")


@command.command("remove")
@click.argument("hook_id", metavar="ID")
@options.by
@options.data
def remove(hook_id: str, by: str, data_folder: Path) -> None:
    """Tell the webhook ID nothing more."""
    from airlock.model.people import Stamp

    with assembly.existing_records(data_folder) as records:
        records.hooks.remove(hook_id, Stamp(by, assembly.now()))
    click.echo(f"Webhook {hook_id} is removed.")
