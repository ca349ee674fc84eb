"""Writes ``docs/reference/commands.md`` from the commands themselves; ``--check`` only compares.

Exit code 1 says that the page is stale, or that an option says nothing of itself.
"""

import inspect
import re
import sys
from collections.abc import Iterator

import click
from made import write_or_compare

from airlock.cli import airlock

_HEAD = """\
<!-- Made from src/airlock/cli by `python scripts/commands_docs.py`; changes here are lost. -->

# Commands

`airlock COMMAND --help` tells the same in a terminal. Exit codes, of every command: 0 clean or
admitted · 1 refused, or vulnerable · 2 wrong usage · 3 held, or not fully examined · 4 Airlock
itself failed · 130 interrupted. An option with a variable takes its value from there where it is
not given.

Completion in the shell: `eval "$(_AIRLOCK_COMPLETE=bash_source airlock)"`, or `zsh_source`, or
`fish_source`.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([_HEAD, *_contents(), *_group(airlock, "airlock")]) + "\n"


def undocumented() -> list[str]:
    """Return the options that have no help, as ``airlock command --option``."""
    return [
        f"{path} {option.opts[0]}"
        for path, command in _walk(airlock, "airlock")
        for option in _options(command)
        if not option.help
    ]


def _contents() -> Iterator[str]:
    names = airlock.list_commands(click.Context(airlock))
    yield " · ".join(f"[{name}](#airlock-{name})" for name in names)
    yield ""


def _group(group: click.Group, path: str) -> Iterator[str]:
    for where, command in _walk(group, path):
        depth = where.count(" ") + 1
        yield f"{'#' * depth} {where}\n"
        yield f"```\n{where} {_usage(command, where)}\n```\n"
        yield from _prose(command)
        yield from _table(command)


def _walk(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield each command below a group with its path; the groups among them before their own."""
    context = click.Context(group, info_name=path)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from _walk(command, f"{path} {name}")


def _usage(command: click.Command, path: str) -> str:
    return " ".join(command.collect_usage_pieces(click.Context(command, info_name=path)))


def _prose(command: click.Command) -> Iterator[str]:
    """Yield the paragraphs of a command's help; what it keeps as it is stays so."""
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b"):
            yield "```\n" + paragraph.removeprefix("\b").strip("\n") + "\n```\n"
        else:
            yield _escaped(" ".join(paragraph.split())) + "\n"


def _options(command: click.Command) -> list[click.Option]:
    return [one for one in command.params if isinstance(one, click.Option) and not one.hidden]


def _table(command: click.Command) -> Iterator[str]:
    options = _options(command)
    if not options:
        return
    yield "| option | variable | what it does |"
    yield "| --- | --- | --- |"
    context = click.Context(command)
    for option in options:
        record = option.get_help_record(context)
        if record is None:  # pragma: no cover - only of hidden ones, which are not here
            continue
        written, told = record
        variable = f"`{option.envvar}`" if option.envvar else ""
        yield f"| `{_cell(written)}` | {variable} | {_escaped(_cell(told))} |"
    yield ""


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").strip()


def _escaped(text: str) -> str:
    """Return words of a help text, in which ``<`` and ``*`` are no markup."""
    return re.sub(r"([*<])", r"\\\1", text)


def main() -> int:
    """Write or compare the page."""
    silent = undocumented()
    for option in silent:
        sys.stderr.write(f"{option}: has no help\n")
    return write_or_compare("docs/reference/commands.md", page()) or int(bool(silent))


if __name__ == "__main__":
    sys.exit(main())
