"""``airlock sandbox``."""

import click

from airlock import assembly
from airlock.report import printable


@click.group("sandbox")
def command() -> None:
    """Tell whether packages can be detonated here, and prove it."""


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
