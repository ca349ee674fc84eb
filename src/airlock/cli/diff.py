"""``airlock diff``."""

from pathlib import Path
from typing import NamedTuple, TextIO

import click

from airlock import assembly
from airlock.cli import options, shown
from airlock.policy import Policy
from airlock.report import Unexamined, exit_code
from airlock.report.comparison import Comparison
from airlock.scanning import Progress
from airlock.scanning.diff import DiffRequest

Results = list[Comparison | Unexamined]


class _Named(NamedTuple):
    old: str
    new: str | None
    source: str
    tag: str
    full: bool


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW", required=False, default=None)
@click.option(
    "--source",
    metavar="DIR|URL",
    help="Hold the one release or file that is named against its source: a folder, a repository.",
)
@click.option("--tag", default="", help="The tag of the source; chosen by the version otherwise.")
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
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    ctx: click.Context,
    old: str,
    new: str | None,
    source: str | None,
    tag: str,
    form: str,
    output: TextIO,
    *,
    full: bool,
    no_progress: bool,
    policy_file: Path | None,
    index_url: str | None,
) -> None:
    """Tell what NEW does that OLD did not: two files, two releases, or NAME VERSION..VERSION.

    With --source, OLD alone is compared with the source that it should be made of.

    A release is NAME==VERSION. What the code newly does comes first, then the files, then the lines
    of the Python files that do something. The exit code is the policy's word on the changes alone.
    """
    run = _with_source if source is not None else _between
    named = _Named(old, new, source or "", tag, full)
    with shown.progress(hidden=no_progress) as progress:
        results, policy = run(named, policy_file, index_url, progress)
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


def _between(
    named: _Named, policy_file: Path | None, index_url: str | None, progress: Progress
) -> tuple[Results, Policy]:
    if named.new is None:
        raise click.UsageError("name OLD and NEW, or one release and its --source")
    if named.tag:
        raise click.UsageError("--tag is of a --source")
    diff, policy = assembly.diff(policy_file, index_url)
    request = DiffRequest.of(named.old, named.new, full=named.full, width=assembly.cores())
    return diff.run(request, progress), policy


def _with_source(
    named: _Named, policy_file: Path | None, index_url: str | None, progress: Progress
) -> tuple[Results, Policy]:
    from airlock.scanning.source import SourceRequest

    if named.new is not None:
        raise click.UsageError("name one release beside --source")
    diff, policy = assembly.source_diff(policy_file, index_url)
    request = SourceRequest(
        target=named.old,
        location=named.source,
        tag=named.tag,
        full=named.full,
        width=assembly.cores(),
    )
    return diff.run(request, progress), policy
