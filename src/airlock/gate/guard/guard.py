"""``airlock run``: from the user's words to an exit code.

What can be refused by reading is refused before anything listens, is fetched or is run.
"""

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import msgspec
from starlette.types import ASGIApp

from airlock.errors import AirlockError, Refused, UsageError
from airlock.gate.guard import commands, environment, locks, objections, poetry, running
from airlock.gate.guard.commands import Client, Invocation
from airlock.gate.guard.witness import Hook, Refusals, Witness
from airlock.gate.index.server import listen
from airlock.model import ProjectName, Sha256
from airlock.policy.guard import GuardRules

_PORT_BY_SYSTEM = 0


class Source(Protocol):
    """An index that vets or verifies what it hands out."""

    upstream: str
    """The URL that stands for it in lock files."""

    def app(self, url: str) -> ASGIApp:
        """Return the application for a base URL; it answers ``/simple/`` and ``/files/``."""

    def path_of(self, sha256: Sha256) -> Path | None:
        """Return where the bytes with a digest are."""

    def kept_out(self, projects: Iterable[ProjectName]) -> list[str]:
        """Return what is left out of the pages of projects, one line each."""

    def origin(self, sha256: str, filename: str) -> str | None:
        """Return upstream's address of a file."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A command that may be run."""

    words: tuple[str, ...]
    invocation: Invocation
    archives: tuple[Path, ...]
    """Files on the disk that it installs; not vetted yet."""


def plan(words: Sequence[str], environ: Mapping[str, str], rules: GuardRules, folder: Path) -> Plan:
    """Return what a command comes to, if nothing speaks against it.

    Args:
        words: of the command.
        environ: the user's variables.
        rules: of the policy.
        folder: where the command will run.

    Raises:
        UsageError: if it is no command that the guard can run, or not what the user means.
        Refused: if it would go round the guard.
    """
    invocation = commands.read(words)
    found = objections.examine(invocation, rules, folder)
    against = [*found.objections, *objections.of_settings(environment.places(environ), rules)]
    if against:
        first = min(against, key=lambda one: not one.wrong)
        rest = len(against) - 1
        message = first.message + (f" (and {rest} more)" if rest else "")
        raise (UsageError if first.wrong else Refused)(message, hint=first.hint)
    return Plan(words=tuple(words), invocation=invocation, archives=found.archives)


def run(
    wanted: Plan, environ: Mapping[str, str], source: Source, rules: GuardRules, folder: Path
) -> running.Ended:
    """Run a command with a source as its only index.

    Raises:
        UsageError: if it cannot be started, or its lock file cannot be read.
    """
    listener = listen("127.0.0.1", _PORT_BY_SYSTEM)
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    refusals = Refusals()
    hook = Hook(rules.hook, source.path_of)
    app = Witness(source.app(base), refusals, hook)
    index = f"{base}/simple/"
    with _lock(wanted, index, source, folder), _variables(wanted, environ, index) as variables:
        ended = running.run(wanted.words, variables, app, listener, rules=rules, refusals=refusals)
    if ended.code and not ended.refusals:
        # What was refused before is not listed any more, and installers cannot say why.
        return running.Ended(ended.code, source.kept_out(app.projects))
    return ended


def _variables(
    wanted: Plan, environ: Mapping[str, str], index: str
) -> contextlib.AbstractContextManager[Mapping[str, str]]:
    if wanted.invocation.client is Client.POETRY:
        return poetry.plugged(environ, index)
    return contextlib.nullcontext(environ)


@contextlib.contextmanager
def _lock(wanted: Plan, index: str, source: Source, folder: Path) -> Iterator[None]:
    path = locks.lock_file(folder) if wanted.invocation.client is Client.UV else None
    if path is None:
        yield
        return
    with locks.translated(path, index, source.upstream, source.origin):
        yield


def log_unguarded(path: Path, words: Sequence[str], at: str, who: str) -> None:
    """Add to the log that somebody ran a command without the guard.

    Raises:
        AirlockError: if it cannot be logged; then the command is not run.
    """
    line = json.dumps({"event": "unguarded", "at": at, "by": who, "command": list(words)})
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
    except OSError as error:
        raise AirlockError(f"{path} cannot be written: {error.strerror}") from error
