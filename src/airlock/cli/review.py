"""``airlock review``."""

import json
from collections.abc import Callable
from typing import Any

import click

from airlock import assembly
from airlock.cli import options
from airlock.model import Decision

_DAYS = 30.0

file = click.argument("file", metavar="FILE")
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
    type=click.Choice(["file", "release", "project"]),
    default="file",
    show_default=True,
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
    for add in (click.pass_obj, options.form, days, scope, reason, file):
        function = add(function)
    return function


@click.group("review")
def command() -> None:
    """What a gate held for a person: look at it, decide, ask a colleague, take it back.

    Name the gate with --server before the command, or in AIRLOCK_SERVER, and have a token that
    allows to review in AIRLOCK_TOKEN. A FILE is its SHA-256, the beginning of that, or its name.
    """


@command.command("list")
@decision
@click.option("--text", default="", help="Part of the name of a project or file.")
@click.option("--check", default="", help="Only what this check objects to.")
@click.option("--campaign", default="", help="Only this one, as `review groups` calls it.")
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
def show_all(server: str | None, /, form: str, number: int, **selection: str) -> None:
    """List what waits for a decision."""
    from airlock.report.review import queue_text

    told = assembly.server(server).ask("GET", "/api/review", None, limit=number, **selection)
    _print(told, form, queue_text)


@command.command("groups")
@decision
@options.form
@click.pass_obj
def groups(server: str | None, decision: str, form: str) -> None:
    """List the campaigns in it: what shares its findings."""
    from airlock.report.review import groups_text

    told = assembly.server(server).ask("GET", "/api/review/groups", None, decision=decision)
    _print(told, form, groups_text)


@command.command("show")
@file
@options.form
@click.pass_obj
def show(server: str | None, file: str, form: str) -> None:
    """Show FILE: what was found in it, what was decided, and what holds."""
    from airlock.report.review import review_text

    gate = assembly.server(server)
    _print(gate.ask("GET", f"/api/review/{gate.digest(file)}"), form, review_text)


@command.command("approve")
@_deciding
def approve(server: str | None, /, file: str, form: str, **wish: Any) -> None:
    """Let FILE in, whatever its verdict says, for a time."""
    _decide(server, file, form, decision="approve", **wish)


@command.command("refuse")
@_deciding
def refuse(server: str | None, /, file: str, form: str, **wish: Any) -> None:
    """Keep FILE out, whatever its verdict says, for a time."""
    _decide(server, file, form, decision="refuse", **wish)


@command.command("waive")
@click.option("--check", required=True, help="Whose findings are to count for nothing.")
@_deciding
def waive(server: str | None, /, file: str, form: str, **wish: Any) -> None:
    """Let what one check found in FILE count for nothing, and judge the rest."""
    _decide(server, file, form, decision="waive", **wish)


@command.command("ask")
@file
@click.argument("colleague", metavar="USER")
@click.argument("question")
@options.form
@click.pass_obj
def ask(server: str | None, file: str, colleague: str, question: str, form: str) -> None:
    """Ask USER to look at FILE."""
    from airlock.report.review import step_text

    gate = assembly.server(server)
    given = {"to": colleague, "question": question}
    told = gate.ask("POST", f"/api/review/{gate.digest(file)}/questions", given)
    _print(told, form, step_text)


@command.command("confirm")
@click.argument("step", metavar="STEP")
@click.option("--reason", default="", help="Why you agree.")
@options.form
@click.pass_obj
def confirm(server: str | None, step: str, reason: str, form: str) -> None:
    """Agree with what somebody proposed in STEP, as the second person."""
    _on_step(server, step, "confirm", reason, form)


@command.command("undo")
@click.argument("step", metavar="STEP")
@reason
@options.form
@click.pass_obj
def undo(server: str | None, step: str, reason: str, form: str) -> None:
    """Take STEP back: what it let in or kept out is as it was before."""
    _on_step(server, step, "undo", reason, form)


def _on_step(server: str | None, step: str, what: str, reason: str, form: str) -> None:
    from airlock.remote import segment
    from airlock.report.review import step_text

    given = {"reason": reason}
    path = f"/api/review/steps/{segment(step)}/{what}"
    _print(assembly.server(server).ask("POST", path, given), form, step_text)


def _decide(server: str | None, file: str, form: str, **wish: Any) -> None:
    from airlock.report.review import step_text

    gate = assembly.server(server)
    told = gate.ask("POST", f"/api/review/{gate.digest(file)}/decisions", wish)
    _print(told, form, step_text)


def _print(told: Any, form: str, text: Any) -> None:
    click.echo(json.dumps(told, indent=2) if form == "json" else text(told))
