"""``airlock diff``."""

from pathlib import Path
from typing import TextIO

import click

from airlock import assembly
from airlock.cli import options, shown
from airlock.report import Unexamined, exit_code
from airlock.scanning.diff import DiffRequest


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to report.",
)
@options.output
@click.option("--full", is_flag=True, help="Show the lines of every text file that differs.")
@click.option("--no-progress", is_flag=True, help="Show no progress.")
@options.policy
@options.index
@click.pass_context
def command(  # noqa: PLR0913 - one parameter per option
    ctx: click.Context,
    old: str,
    new: str,
    form: str,
    output: TextIO,
    *,
    full: bool,
    no_progress: bool,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Tell what NEW does that OLD did not: two files, two releases, or NAME VERSION..VERSION.

    A release is NAME==VERSION. What the code newly does comes first, then the files, then the lines
    of the Python files that do something. The exit code is the policy's word on the changes alone.
    """
    diff, policy = assembly.diff(policy_file, index_url)
    request = DiffRequest.of(old, new, full=full, width=assembly.cores())
    with shown.progress(hidden=no_progress) as progress:
        results = diff.run(request, progress)
    if form == "json":
        from airlock.report.diff_json import render_diff_json

        text = render_diff_json(results, policy.version)
    elif form == "markdown":
        from airlock.report.diff_markdown import render_diff_markdown

        text = render_diff_markdown(results)
    else:
        from airlock.report.diff_text import render_diff_text

        text = render_diff_text(results, full=full)
    click.echo(text, file=output, nl=False)
    verdicts = [one if isinstance(one, Unexamined) else one.verdict for one in results]
    ctx.exit(exit_code(verdicts))
