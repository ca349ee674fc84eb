"""Compositions of what runs artifacts in a sandbox."""

import datetime as dt
import functools
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import cores, examination_kit, extra, index, now, policy, workers
from airlock.assembly.guarding import guard_plan, guard_rules, guarded_run
from airlock.errors import StoreError

if TYPE_CHECKING:
    from airlock.detonation.host import Ability
    from airlock.detonation.preparing import Runs
    from airlock.detonation.wheelhouse import Wheelhouse
    from airlock.gate.settings import GateSettings
    from airlock.policy import Policy
    from airlock.report import Unexamined
    from airlock.report.detonations import Detonated
    from airlock.scanning.detonating import DetonationRequest, Detonations


_GATHER_SECONDS = 600.0
Fetch = Callable[[Path | None, str | None, Path, Sequence[str], Path], Sequence[Path]]
"""As ``_gather``."""


def detonations(
    policy_file: Path | None, index_url: str | None, data_folder: Path
) -> "tuple[Detonations, Policy]":
    """Return what detonates, and the policy that it judges by.

    Args:
        policy_file: the policy, or ``None`` for the built-in one.
        index_url: the index, or ``None`` for the user's.
        data_folder: where the guard keeps what it has vetted.

    Raises:
        InvalidPolicy: if the policy cannot be obeyed as written.
        MissingExtra: if the parts of the sandbox are not installed.
    """
    with extra("sandbox"):
        from airlock.scanning.detonating import Detonations
    checks, _ = examination_kit()
    rules = policy(policy_file)
    running = runs(policy_file, index_url, data_folder)
    return Detonations(checks, rules, workers("fork"), running, index(index_url), now), rules


def runs(
    policy_file: Path | None,
    index_url: str | None,
    data_folder: Path,
    *,
    gather: Fetch | None = None,
) -> "Runs":
    """Return what runs artifacts, with their needs from an index.

    Args:
        policy_file: that vets what is needed, or ``None`` for the built-in one.
        index_url: the index, or ``None`` for the user's.
        data_folder: where the guard keeps what it has vetted.
        gather: fetches needs; without it, a guard in this process does.

    Raises:
        MissingExtra: if the parts of the sandbox are not installed.
    """
    with extra("sandbox"):
        from airlock.detonation import Detonator, Limits
        from airlock.detonation.preparing import Runs
    fetch = functools.partial(gather or _gather, policy_file, index_url, data_folder)
    house = wheelhouse(policy_file, index_url, data_folder)
    return Runs(fetch, house, Detonator(Limits(), now))


def can_detonate() -> bool:
    """Tell whether this host has everything that a detonation needs."""
    return not any(one.needed and one.missing for one in sandbox_abilities())


def running_held(gate: "GateSettings") -> "Runs":
    """Return what runs that which a gate holds, with needs from the gate's first index.

    Raises:
        UnsafeHost: if nothing can be detonated here.
        MissingExtra: if the parts of the sandbox are not installed.
    """
    from airlock.detonation.host import require_abilities

    require_abilities()
    place = gate.data_folder / "detonations"
    index_url = next(iter(gate.upstreams), None)
    return runs(gate.policy_file, index_url, place, gather=_gather_apart)


def wheelhouse(policy_file: Path | None, index_url: str | None, data_folder: Path) -> "Wheelhouse":
    """Return the build backends that are kept for detonations.

    Args:
        policy_file: that vets them, or ``None`` for the built-in one.
        index_url: the index, or ``None`` for the user's.
        data_folder: where they are kept.
    """
    from airlock.detonation.wheelhouse import Wheelhouse

    gather = functools.partial(_gather, policy_file, index_url, data_folder)
    return Wheelhouse(data_folder / "backends", gather, now)


def _gather(
    policy_file: Path | None,
    index_url: str | None,
    data_folder: Path,
    requirements: Sequence[str],
    folder: Path,
) -> Sequence[Path]:
    """Fetch requirements and all that they need as wheels, through a gate that vets them.

    Raises:
        AirlockError: if they cannot be had, or some are not let in.
    """
    from airlock.errors import TargetNotFound
    from airlock.gate.settings import GateSettings

    words = _download(requirements, folder)
    rules = guard_rules(policy_file, ())
    settings = GateSettings(
        data_folder=data_folder,
        upstreams=(index_url,) if index_url else (),
        policy_file=policy_file,
        examinations=cores(),
        listing_age=dt.timedelta(hours=1),
        client_networks=False,
    )
    # What the user configured for pip is not asked here, but for the index.
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ = {**kept, "PIP_CONFIG_FILE": os.devnull}
    ended = guarded_run(guard_plan(words, rules, environ), settings, rules, environ)
    if ended.exit_code:
        raise TargetNotFound("; ".join(ended.refusals) or "not to be had as wheels")
    return sorted(folder.iterdir())


def _gather_apart(
    policy_file: Path | None,
    index_url: str | None,
    data_folder: Path,
    requirements: Sequence[str],
    folder: Path,
) -> Sequence[Path]:
    """Fetch as ``_gather`` does, in a process of its own: this one has a server and threads.

    Raises:
        AirlockError: if they cannot be had, or some are not let in.
    """
    import subprocess
    import sys

    from airlock.errors import TargetNotFound

    options = ["--data", str(data_folder)]
    options += ["--policy", str(policy_file)] if policy_file else []
    guard = [sys.executable, "-m", "airlock", "run", *options, "--"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    kept |= {name: value for name, value in os.environ.items() if name.startswith("AIRLOCK_")}
    # Whoever lists processes reads arguments, and the URL of an index may hold a password.
    kept |= {"AIRLOCK_UPSTREAM": index_url} if index_url else {}
    try:
        done = subprocess.run(  # noqa: S603 - a command of our own
            [*guard, *_download(requirements, folder)],
            env={**kept, "PIP_CONFIG_FILE": os.devnull},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_GATHER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TargetNotFound(f"what it needs could not be fetched: {error}") from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["not to be had as wheels"]
        raise TargetNotFound(lines[-1][:300])
    return sorted(folder.iterdir())


def _download(requirements: Sequence[str], folder: Path) -> list[str]:
    """Return the command that fetches wheels."""
    import sys

    words = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--only-binary"]
    return [*words, ":all:", "-d", str(folder), *requirements]


def detonation_request(
    targets: Sequence[str],
    *,
    deep: bool,
    with_dependencies: bool,
    against: str = "",
    tracer: str = "",
) -> "DetonationRequest":
    """Return what a user asked to detonate."""
    from airlock.detonation import Profile
    from airlock.detonation.preparing import Manner
    from airlock.scanning.detonating import DetonationRequest

    profile = Profile.DEEP if deep else Profile.QUICK
    manner = Manner(profile, with_dependencies, tracer)
    return DetonationRequest(targets=tuple(targets), manner=manner, against=against)


def replay(log: Path, against: str) -> "Detonated":
    """Return what a trace that was kept means today.

    Args:
        log: the trace.
        against: another one, of the release before; empty for none.

    Raises:
        MalformedDocument: if a file is no such trace.
        TargetNotFound: if one cannot be read.
    """
    from airlock.scanning.traces import read_log
    from airlock.scanning.traces import replay as replayed

    previous = read_log(Path(against)) if against else None
    return replayed(read_log(log), previous)


def keep_traces(results: "Iterable[Detonated | Unexamined]", log: Path) -> None:
    """Write what was seen of the first artifact to a file, of others to files beside it.

    Raises:
        StoreError: if one cannot be written.
    """
    from airlock.behaviour.log import write
    from airlock.report.detonations import Detonated

    traces = [result.trace for result in results if isinstance(result, Detonated)]
    for number, trace in enumerate(traces):
        path = log if not number else log.with_name(f"{log.stem}-{number + 1}{log.suffix}")
        try:
            with path.open("wb") as file:
                file.writelines(write(trace))
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}") from error


def sandbox_abilities() -> "Iterable[Ability]":
    """Return every part that a detonation needs, with what is missing."""
    from airlock.detonation.host import abilities

    return abilities()


def prove_sandbox() -> None:
    """Build a sandbox and try to get out of it.

    Raises:
        UnsafeHost: if nobody could prove that nothing gets out.
        MissingExtra: if the parts of the sandbox are not installed.
    """
    with extra("sandbox"):
        from airlock.detonation import Detonator, Limits
    Detonator(Limits(), now).prove()
