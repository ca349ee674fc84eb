"""``airlock hunt``."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from airlock import assembly
from airlock.cli import options, shown

if TYPE_CHECKING:
    from airlock.model.hunting import Run

_NOT_ALL_LOOKED_AT = 3
# To the end of the line (ECMA-48, 8.3.41).
_CLEARED = "\x1b[K"


@click.command("hunt")
@click.argument("query", nargs=-1)
@click.option("--campaigns", is_flag=True, help="Group what was held or refused.")
@click.option(
    "--retro", metavar="RULE.yar|CHECK", help="Run a rule or a check over everything that is kept."
)
@click.option("--anew", is_flag=True, help="With --retro: do not go on where it was stopped.")
@options.number(100, 100_000)
@options.form
@options.data
def command(  # noqa: PLR0913 - one parameter per option
    query: tuple[str, ...],
    number: int,
    form: str,
    data_folder: Path,
    retro: str | None,
    *,
    campaigns: bool,
    anew: bool,
) -> None:
    r"""Search everything that was scanned, here and by the gate.

    \b
    A query is made of terms: name:flask-* finding:code-startup-pth host:*.example
    text:"discord" publisher:acme/* owner:acme workflow:release.yml author:*@mail.example*
    print:DIGEST deed:connect path:*.pth needs:requests severity:high decision:refuse
    since:2026-05 before:2026-06
    with and, or, not and parentheses between them.

    A publisher is who signed the file, as its attestations prove: github:acme/tool, or just
    acme/tool; an author is whom its metadata name.
    """
    from airlock.hunting import showing

    asked = " ".join(query)
    if retro is not None:
        if asked or campaigns:
            raise click.UsageError("--retro looks at everything: it takes no query.")
        _retro(data_folder, retro, form, anew=anew)
    elif campaigns:
        with _line() as tell:
            groups = assembly.hunted_campaigns(data_folder, asked, tell.learnt)[:number]
        if form == "json":
            click.echo(shown.json_text([showing.campaign_document(one) for one in groups]))
        else:
            click.echo("\n\n".join(map(showing.campaign_text, groups)) or "There are none.")
    elif not asked.strip():
        raise click.UsageError("Say what to look for, or --campaigns, or --retro.")
    else:
        with _line() as tell:
            found = assembly.hunt(data_folder, asked, number + 1, tell.learnt)
        more, found = found[number:], found[:number]
        if form == "json":
            click.echo(shown.json_text([showing.scan_document(scan) for scan in found]))
        else:
            click.echo("\n".join(map(showing.scan_text, found)) or "There is nothing.")
        if more:
            click.echo(f"These are the newest {number:,}; there are more (-n).", err=True)


def _retro(folder: Path, what: str, form: str, *, anew: bool) -> None:
    from airlock.hunting import showing

    try:
        with _line() as tell:
            run, hits = assembly.hunt_back(folder, what, tell.looked, anew=anew)
    except KeyboardInterrupt:
        click.echo("\nThe same command goes on there; --anew begins again.", err=True)
        raise
    if form == "json":
        document = {"looked_at": run.looked_at, "hits": showing.hits_document(hits)}
        click.echo(shown.json_text(document))
    else:
        for hit in hits:
            click.echo(showing.hit_text(hit))
        missed = sum(hit.failed for hit in hits)
        click.echo(
            f"{run.looked_at:,} files, {len(hits) - missed:,} hits, {missed:,} not looked at"
        )
    if any(hit.failed for hit in hits):
        click.get_current_context().exit(_NOT_ALL_LOOKED_AT)


class _Line:
    """One line on a terminal that says how far it is."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._told = ""

    def learnt(self, count: int) -> None:
        """Show how many verdicts were read."""
        self._show(f"{count:,} new verdicts read …")

    def looked(self, run: "Run", of: int) -> None:
        """Show how many files were looked at."""
        self._show(f"{run.looked_at:,} of {of:,} files …")

    def _show(self, text: str) -> None:
        if self._is_shown:
            self._told = text
            click.echo(f"\r{_CLEARED}{text}", nl=False, err=True)

    def close(self) -> None:
        """Take the line off the terminal."""
        if self._told:
            click.echo(f"\r{_CLEARED}", nl=False, err=True)


@contextlib.contextmanager
def _line() -> Iterator[_Line]:
    """Give a line that goes away when the block ends, and stays if it is interrupted."""
    line = _Line()
    yield line
    line.close()
