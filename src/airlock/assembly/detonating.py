"""Compositions of what runs artifacts in a sandbox."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import extra, index, now, policy
from airlock.assembly.kits import examination_kit, workers
from airlock.errors import StoreError

if TYPE_CHECKING:
    from airlock.detonation.gathering import GuardedDownload
    from airlock.detonation.host import Ability
    from airlock.detonation.preparing import Runs
    from airlock.detonation.wheelhouse import Wheelhouse
    from airlock.gate.settings import GateSettings
    from airlock.policy import Policy
    from airlock.report import Unexamined
    from airlock.report.detonations import Detonated
    from airlock.scanning.detonating import DetonationRequest, Detonations


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


def runs(policy_file: Path | None, index_url: str | None, data_folder: Path) -> "Runs":
    """Return what runs artifacts, with their needs from an index.

    Args:
        policy_file: that vets what is needed, or ``None`` for the built-in one.
        index_url: the index, or ``None`` for the user's.
        data_folder: where the guard keeps what it has vetted.

    Raises:
        MissingExtra: if the parts of the sandbox are not installed.
        UsageError: if a configuration file of pip cannot be read.
    """
    with extra("sandbox"):
        from airlock.detonation import Detonator, Limits
        from airlock.detonation.preparing import Runs
    house = wheelhouse(policy_file, index_url, data_folder)
    gather = _gathering(policy_file, index_url, data_folder)
    return Runs(gather, house, Detonator(Limits(), now))


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
    return runs(gate.policy_file, next(iter(gate.upstreams), None), place)


def wheelhouse(policy_file: Path | None, index_url: str | None, data_folder: Path) -> "Wheelhouse":
    """Return the build backends that are kept for detonations.

    Args:
        policy_file: that vets them, or ``None`` for the built-in one.
        index_url: the index, or ``None`` for the user's.
        data_folder: where they are kept.
    """
    from airlock.detonation.wheelhouse import Wheelhouse

    gather = _gathering(policy_file, index_url, data_folder)
    return Wheelhouse(data_folder / "backends", gather, now)


def _gathering(
    policy_file: Path | None, index_url: str | None, data_folder: Path
) -> "GuardedDownload":
    """Return what fetches wheels. What the user configured for pip counts for the index alone."""
    from airlock.detonation.gathering import GuardedDownload
    from airlock.sources.pip_configuration import certificate_file, default_index_url

    environ = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    environ |= {"AIRLOCK_UPSTREAM": index_url or default_index_url(), "PIP_CONFIG_FILE": os.devnull}
    if certificates := certificate_file():
        environ["PIP_CERT"] = certificates
    return GuardedDownload(policy_file, data_folder, environ)


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
