"""``airlock sandbox``."""

from pathlib import Path

import click

from airlock import assembly
from airlock.cli import options
from airlock.report import printable


@click.group("sandbox")
def command() -> None:
    """Tell whether packages can be detonated here, prove it, and keep what builds need."""


@command.command("test")
@click.pass_context
def test(ctx: click.Context) -> None:
    """Build a sandbox, try to get out of it from inside, and tell what came of it."""
    for ability in assembly.sandbox_abilities():
        mark = "✔" if not ability.missing else "✘" if ability.needed else "!"
        colour = "green" if not ability.missing else "red" if ability.needed else "yellow"
        text = f"{ability.name}: missing: {ability.missing}" if ability.missing else ability.name
        click.echo(f"{click.style(mark, fg=colour)} {printable(text)}")
    assembly.prove_sandbox()
    click.echo(f"{click.style('✔', fg='green')} nothing gets out: the probe inside was held")
    ctx.exit(0)


@command.command("backends")
@click.argument("requirements", nargs=-1, metavar="[REQUIREMENT…]")
@click.option("--list", "listed", is_flag=True, help="Tell what is there, and fetch nothing.")
@options.guard_data
@options.policy
@options.index
def backends(
    requirements: tuple[str, ...],
    *,
    listed: bool,
    data_folder: Path,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Fetch and vet what source distributions are built with, and keep it for detonations.

    Without a REQUIREMENT, the usual backends; a build that needs nothing else is then detonated
    without asking an index. What was kept before is put away.
    """
    house = assembly.wheelhouse(policy_file, index_url, data_folder)
    kept = house.kept() if listed else house.fill(requirements)
    for one in kept:
        click.echo(f"{printable(one.filename)}  vetted {one.vetted:%Y-%m-%d}")
    if not kept:
        click.echo("No build backends are kept; airlock sandbox backends fetches them.")
