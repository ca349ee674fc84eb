"""Compositions of the guard: one command, or a local service."""

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import extra, now, policy
from airlock.assembly.serving import gate
from airlock.assembly.storing import make, open_data
from airlock.assembly.trusting import signed_server, trust_keys

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from airlock.gate.guard.guard import Plan, Source
    from airlock.gate.guard.running import Ended
    from airlock.gate.guard.verified import Verified
    from airlock.gate.settings import GateSettings
    from airlock.policy.guard import GuardRules
    from airlock.store import Blobs, Store


def guard_rules(path: Path | None, hook: Sequence[str]) -> "GuardRules":
    """Return what a policy says about the guard, with the hook of the command line, if any.

    Raises:
        InvalidPolicy: if the file cannot be obeyed as written.
    """
    import msgspec

    from airlock.policy.guard import GuardRules
    from airlock.policy.loading import load_guard_rules

    policy(path)
    rules = GuardRules()
    if path is not None:
        rules = load_guard_rules(path.read_text(encoding="utf-8"), origin=str(path))
    return msgspec.structs.replace(rules, hook=tuple(hook)) if hook else rules


def guard_plan(
    words: Sequence[str], rules: "GuardRules", environ: Mapping[str, str] | None = None
) -> "Plan":
    """Return what a command comes to, if nothing speaks against it.

    Args:
        words: of the command.
        rules: of the guard.
        environ: of the command; ``None`` for this process's own.

    Raises:
        UsageError: if it is no command that the guard can run.
        Refused: if it would go round the guard.
    """
    with extra("gate"):
        from airlock.gate.guard import guard
    return guard.plan(words, environ or os.environ, rules, Path.cwd())


def guarded_run(
    wanted: "Plan",
    settings: "GateSettings",
    rules: "GuardRules",
    environ: Mapping[str, str] | None = None,
) -> "Ended":
    """Run a command with a gate of its own, which ends with it.

    Args:
        wanted: the command.
        settings: of the gate.
        rules: of the guard.
        environ: of the command; ``None`` for this process's own.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        AirlockError: if the gate cannot start, or the command cannot.
    """
    with extra("gate"):
        from airlock.gate.guard import guard
        from airlock.gate.guard.standalone import Standalone
        from airlock.gate.index.server import configure_logging
    make(settings.data_folder)
    with (settings.data_folder / "guard.log").open("a", encoding="utf-8") as log:
        configure_logging(json=True, stream=log)
        source = Standalone(settings, gate, _guard_data)
        return guard.run(wanted, environ or os.environ, source, rules, Path.cwd())


def _guard_data(folder: Path) -> "tuple[Store, Blobs, Path]":
    known, kept, incoming = open_data(folder)
    return known.store, kept, incoming


def proxy(settings: "GateSettings", root: Path | None, rules: "GuardRules") -> "ASGIApp":
    """Return the guard's application for a service: it vets, or with a root it verifies.

    Raises:
        MissingExtra: if the parts of it are not installed.
        NotVerified: if the server's metadata do not verify.
    """
    with extra("gate"):
        from airlock.gate.guard.standalone import Standalone
        from airlock.gate.guard.witness import Hook, Refusals, Witness
    make(settings.data_folder)
    source: Source
    if root is None:
        source = Standalone(settings, gate, _guard_data)
    else:
        source = _verified(settings.upstreams[0], root, settings.data_folder)
    return Witness(source.app(settings.url), Refusals(), Hook(rules.hook, source.path_of))


def unlooped(path: Path, data_folder: Path, index_url: str | None) -> bool:
    """Take loopback out of a lock file; tell whether there was any.

    Raises:
        UsageError: if the origin of a file is not known.
    """
    from airlock.gate.guard import locks
    from airlock.gate.guard.standalone import Standalone
    from airlock.gate.settings import GateSettings

    upstreams = (index_url,) if index_url else ()
    settings = GateSettings(data_folder=data_folder, upstreams=upstreams)
    source = Standalone(settings, gate, _guard_data)
    before = path.read_text(encoding="utf-8")
    after = locks.to_upstream(before, source.upstream, source.origin)
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def verified_run(
    wanted: "Plan", index_url: str, root: Path, data_folder: Path, rules: "GuardRules"
) -> "Ended":
    """Run a command with an index of its own that hands out only what a server's metadata sign.

    Args:
        wanted: the command.
        index_url: of the server's simple API.
        root: a file with the root of its metadata.
        data_folder: of the cache.
        rules: of the policy.

    Raises:
        MissingExtra: if the parts of it are not installed.
        NotVerified: if the server's metadata do not verify.
        AirlockError: if the command cannot be started.
    """
    with extra("gate"):
        from airlock.gate.guard import guard
    with contextlib.closing(_verified(index_url, root, data_folder)) as source:
        return guard.run(wanted, os.environ, source, rules, Path.cwd())


def _verified(index_url: str, root: Path, data_folder: Path) -> "Verified":
    """Return what verifies a server, after its metadata were."""
    trust_keys()
    with extra("gate"):
        from airlock.gate.guard.verified import Verified
    from airlock.sources.pip_configuration import certificate_file

    server = signed_server(index_url, root, data_folder)
    return Verified(
        server.url, server.client, now, certificate_file(), server.close, server.headers
    )


def log_unguarded(words: Sequence[str], folder: Path) -> Path:
    """Log that a command is run without the guard, and return where.

    Raises:
        AirlockError: if it cannot be logged.
    """
    import getpass

    with extra("gate"):
        from airlock.gate.guard import guard
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = str(os.getuid())
    path = folder / "unguarded.log"
    guard.log_unguarded(path, words, now().isoformat(), who)
    return path
