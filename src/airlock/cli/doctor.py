"""``airlock doctor``."""

from pathlib import Path

import click
import msgspec

from airlock import assembly
from airlock.cli import options
from airlock.diagnosis.answers import Answer, State
from airlock.report import printable

_MARKS = {State.OK: ("✔", "green"), State.LIMITED: ("!", "yellow"), State.BROKEN: ("✘", "red")}
_BROKEN_EXIT = 4


@click.command("doctor")
@options.form
@click.option("--offline", is_flag=True, help="Ask no index.")
@options.data
@options.index
@click.pass_context
def command(
    ctx: click.Context, form: str, *, offline: bool, data_folder: Path, index_url: str | None
) -> None:
    """Tell what this installation can and cannot do, with the cure for each gap.

    Exits with 4 if something does not work, else with 0.
    """
    answers = []
    for answer in assembly.diagnosis(data_folder, index_url, offline=offline):
        answers.append(answer)
        if form == "text":
            _show(answer)
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(answers), indent=2).decode())
    broken = any(answer.state is State.BROKEN for answer in answers)
    ctx.exit(_BROKEN_EXIT if broken else 0)


def _show(answer: Answer) -> None:
    mark, colour = _MARKS[answer.state]
    subject = click.style(answer.subject, bold=True)
    click.echo(f"{click.style(mark, fg=colour)} {subject}: {printable(answer.message)}")
    if answer.cure:
        click.echo(f"    {printable(answer.cure)}")
