"""``airlock review``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import click

from airlock import assembly
from airlock.cli import options
from airlock.model import Decision

_DAYS = 30.0

file = click.argument("file", metavar="FILE")
files = click.argument("files", metavar="FILE...", nargs=-1, required=True)
_NOT_ALL_DONE = 2
reason = click.option("--reason", required=True, help="Why; read by whoever looks at it later.")
days = click.option(
    "--days",
    default=_DAYS,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="When it ends.",
)
scope = click.option(
    "--scope",
    type=click.Choice(["file", "release", "name", "project"]),
    show_default="the file, or the name",
    help="How far it reaches.",
)
decision = click.option(
    "--decision",
    type=click.Choice([Decision.HOLD.word, Decision.REFUSE.word, "any"]),
    default=Decision.HOLD.word,
    show_default=True,
    help="Only what has this verdict.",
)


def _deciding(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command what every decision takes."""
    for add in (click.pass_obj, options.form, days, scope, reason, files):
        function = add(function)
    return function


class _Place(NamedTuple):
    """Which gate is meant."""

    server: str | None
    data_folder: Path
    policy_file: Path | None
    index_urls: tuple[str, ...]
    by: str

    def gate(self) -> Any:
        """Return what is asked (``airlock.remote.Server``)."""
        if self.server is not None or not self.data_folder.is_dir():
            return assembly.server(self.server)
        from airlock.gate.settings import GateSettings, PolicyUse

        settings = GateSettings(
            data_folder=self.data_folder,
            policy_file=self.policy_file,
            policy_use=PolicyUse.of_command(self.policy_file),
            upstreams=self.index_urls,
        )
        return assembly.reviewing_here(settings, self.by)


@click.group("review")
@options.data
@options.policy
@click.option(
    "--index",
    "index_urls",
    metavar="URL",
    multiple=True,
    envvar="AIRLOCK_UPSTREAM",
    help="The index that the gate asks; several times, as for `airlock serve`.",
)
@options.by
@click.pass_context
def command(
    context: click.Context,
    data_folder: Path,
    policy_file: Path | None,
    index_urls: tuple[str, ...],
    by: str,
) -> None:
    """What a gate held for a person: look at it, decide, ask a colleague, take it back.

    Name the gate with --server before the command, or in AIRLOCK_SERVER, and have a token that
    allows to review in AIRLOCK_TOKEN; at the machine that has the gate's data, name its folder
    with --data, and the policy and the index as for `airlock serve`.

    A FILE is its SHA-256, the beginning of that, or its name; name:PROJECT is a name that is held
    before there is any file.
    """
    context.obj = _Place(context.obj, data_folder, policy_file, index_urls, by)


@command.command("list")
@decision
@click.option("--text", default="", help="Part of the name of a project or file.")
@click.option("--check", default="", help="Only what this check objects to.")
@click.option("--campaign", default="", help="Only this one, as `review groups` calls it.")
@click.option("--about", type=click.Choice(["file", "name"]), help="Only these.")
@click.option("--assignee", default="", help="Only what this user was asked about; or `me`.")
@click.option(
    "--sort",
    type=click.Choice(["oldest", "newest", "score", "project"]),
    default="oldest",
    show_default=True,
    help="What comes first.",
)
@options.number(50, 200)
@options.form
@click.pass_obj
def show_all(place: _Place, /, form: str, number: int, **selection: str) -> None:
    """List what waits for a decision."""
    from airlock.report.review import queue_text

    told = place.gate().ask("GET", "/api/review", None, limit=number, **selection)
    _print(told, form, queue_text)


@command.command("groups")
@decision
@options.form
@click.pass_obj
def groups(place: _Place, decision: str, form: str) -> None:
    """List the campaigns in it: what shares its findings."""
    from airlock.report.review import groups_text

    told = place.gate().ask("GET", "/api/review/groups", None, decision=decision)
    _print(told, form, groups_text)


@command.command("show")
@file
@options.form
@click.pass_obj
def show(place: _Place, file: str, form: str) -> None:
    """Show FILE: what was found in it, what was decided, and what holds."""
    from airlock.report.review import review_text

    gate = place.gate()
    _print(gate.ask("GET", gate.review(file)), form, review_text)


@command.command("approve")
@_deciding
def approve(place: _Place, /, files: tuple[str, ...], form: str, **wish: Any) -> None:
    """Let FILE in, whatever its verdict says, for a time."""
    _decide(place, files, form, decision="approve", **wish)


@command.command("refuse")
@_deciding
def refuse(place: _Place, /, files: tuple[str, ...], form: str, **wish: Any) -> None:
    """Keep FILE out, whatever its verdict says, for a time."""
    _decide(place, files, form, decision="refuse", **wish)


@command.command("waive")
@click.option("--check", required=True, help="Whose findings are to count for nothing.")
@_deciding
def waive(place: _Place, /, files: tuple[str, ...], form: str, **wish: Any) -> None:
    """Let what one check found in FILE count for nothing, and judge the rest."""
    _decide(place, files, form, decision="waive", **wish)


@command.command("ask")
@file
@click.argument("colleague", metavar="USER")
@click.argument("question")
@options.form
@click.pass_obj
def ask(place: _Place, file: str, colleague: str, question: str, form: str) -> None:
    """Ask USER to look at FILE."""
    from airlock.report.review import step_text

    gate = place.gate()
    given = {"to": colleague, "question": question}
    told = gate.ask("POST", f"{gate.review(file)}/questions", given)
    _print(told, form, step_text)


@command.command("confirm")
@click.argument("step", metavar="STEP")
@click.option("--reason", default="", help="Why you agree.")
@options.form
@click.pass_obj
def confirm(place: _Place, step: str, reason: str, form: str) -> None:
    """Agree with what somebody proposed in STEP, as the second person."""
    _on_step(place, step, "confirm", reason, form)


@command.command("undo")
@click.argument("step", metavar="STEP")
@reason
@options.form
@click.pass_obj
def undo(place: _Place, step: str, reason: str, form: str) -> None:
    """Take STEP back: what it let in or kept out is as it was before."""
    _on_step(place, step, "undo", reason, form)


def _on_step(place: _Place, step: str, what: str, reason: str, form: str) -> None:
    from airlock.remote import segment
    from airlock.report.review import step_text

    given = {"reason": reason}
    path = f"/api/review/steps/{segment(step)}/{what}"
    _print(place.gate().ask("POST", path, given), form, step_text)


def _decide(place: _Place, files: tuple[str, ...], form: str, **wish: Any) -> None:
    from airlock.report.review import done_text, step_text

    gate = place.gate()
    given = {name: value for name, value in wish.items() if value is not None}
    if len(files) == 1:
        told = gate.ask("POST", f"{gate.review(files[0])}/decisions", given)
        _print(told, form, step_text)
        return
    subjects = [gate.subject(one) for one in files]
    told = gate.ask("POST", "/api/review/decisions", given | {"subjects": subjects})
    _print(told, form, done_text)
    if any(one["error"] for one in told):
        click.get_current_context().exit(_NOT_ALL_DONE)


def _print(told: Any, form: str, text: Any) -> None:
    click.echo(json.dumps(told, indent=2) if form == "json" else text(told))
