"""What this installation can and cannot do, with the cure for each gap.

Every question is one function that yields answers; none of them changes anything but the data
folder's own test file, and none raises.
"""

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from airlock.checks import CheckSet
from airlock.diagnosis.answers import Answer, State
from airlock.diagnosis.storage import Looks, storage
from airlock.diagnosis.upstream import upstream
from airlock.errors import AirlockError
from airlock.evidence import Facts
from airlock.evidence.fingerprints.specimen import is_known_to
from airlock.model.database import Condition, PartStatus
from airlock.sources.interface import Index
from airlock.sources.pip_configuration import pip_setting

_GATE_MODULES = (
    "alembic",
    "httptools",
    "jinja2",
    "obstore",
    "sqlalchemy",
    "starlette",
    "structlog",
    "uvicorn",
)
_LEAST_FREE_BYTES = 1024**3
# Settings of pip that let packages in past any index that pip is given.
_WAYS_ROUND = ("extra-index-url", "find-links", "trusted-host")


def examine_installation(  # noqa: PLR0913 - everything that an installation consists of
    *,
    checks: Callable[[], CheckSet],
    facts: Callable[[], Facts],
    database: Callable[[], Iterable[PartStatus]],
    isolation: Callable[[], str],
    sandbox: Callable[[], Iterable[str]],
    provenance: Callable[[], str],
    index: Callable[[], Index] | None,
    data_folder: Path,
    looks: Callable[[], Looks] = Looks,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[Answer]:
    """Yield an answer to every question about this installation.

    Args:
        checks: loads the checks.
        facts: loads the evidence.
        database: tells how the parts are that are kept up to date.
        isolation: examines something harmless in a process of its own; returns what went wrong.
        sandbox: tells what is missing for detonations, each with its cure.
        provenance: tells why attestations cannot be verified; empty if they can.
        index: makes the upstream index; ``None`` to ask nobody.
        data_folder: of the gate.
        looks: tell how to look at the servers that its settings name.
        environ: the environment variables.
    """
    yield _platform()
    yield _checks(checks)
    yield _popular_names(facts)
    yield _families(facts)
    yield from _database(database)
    yield _isolation(isolation)
    yield _sandbox(sandbox)
    yield _gate()
    yield _data(data_folder)
    yield from storage(looks)
    yield from upstream(index)
    yield from _ways_round(environ)
    yield _provenance(provenance)


def _platform() -> Answer:
    version = platform.python_version()
    if sys.platform != "linux":
        return Answer(
            "platform",
            State.LIMITED,
            f"Python {version} on {sys.platform}; the limits of memory are enforced on Linux only",
            "Run Airlock on Linux, or in a Linux container.",
        )
    return Answer("platform", State.OK, f"Python {version} on {platform.platform(terse=True)}")


def _checks(load: Callable[[], CheckSet]) -> Answer:
    try:
        checks = load()
    except AirlockError as error:
        return Answer("checks", State.BROKEN, str(error), "Install Airlock anew.")
    return Answer("checks", State.OK, f"{len(checks.ids)} checks, version {checks.version}")


def _popular_names(load: Callable[[], Facts]) -> Answer:
    try:
        popularity = load().popularity
        count = len(popularity.names) if popularity else 0
    except AirlockError as error:
        cure = error.hint or "Install Airlock anew."
        return Answer("popular names", State.BROKEN, str(error), cure)
    if popularity is None:
        return Answer(
            "popular names", State.BROKEN, "none: look-alikes cannot be seen", "Install anew."
        )
    return Answer("popular names", State.OK, f"{count:,}, {popularity.origin}")


def _families(load: Callable[[], Facts]) -> Answer:
    """Ask the memory of campaigns for the specimen that every memory knows."""
    cure = "Install Airlock anew, or look at AIRLOCK_FAMILIES."
    try:
        memory = load().fingerprints
        known = memory is not None and is_known_to(memory)
    except AirlockError as error:
        return Answer("known campaigns", State.BROKEN, str(error), error.hint or cure)
    if memory is None or not known:
        message = "the memory does not know its own specimen" if memory else "there is no memory"
        return Answer("known campaigns", State.BROKEN, message, cure)
    return Answer("known campaigns", State.OK, "the memory knows its own specimen")


def _database(ask: Callable[[], Iterable[PartStatus]]) -> Iterator[Answer]:
    """Tell what is kept from elsewhere and is not as it should be, and of advisories always."""
    states = {
        Condition.STALE: State.LIMITED,
        Condition.PARTIAL: State.LIMITED,
        Condition.BROKEN: State.BROKEN,
    }
    for part in ask():
        if part.part == "advisories":
            absent = State.LIMITED if part.condition is Condition.ABSENT else State.OK
            state = states.get(part.condition, absent)
            yield Answer("advisories", state, part.message, part.cure)
        elif part.condition in states:
            message = part.message
            if part.updated_at:
                message += f", of {part.updated_at:%Y-%m-%d}"
            yield Answer(f"database: {part.part}", states[part.condition], message, part.cure)


def _isolation(probe: Callable[[], str]) -> Answer:
    trouble = probe()
    if trouble:
        return Answer(
            "isolation",
            State.BROKEN,
            f"examinations cannot run in processes of their own: {trouble}",
            "See that this user may start processes and set resource limits (ulimit -a).",
        )
    return Answer("isolation", State.OK, "examinations run in processes of their own, with limits")


def _sandbox(ask: Callable[[], Iterable[str]]) -> Answer:
    missing = list(ask())
    if not missing:
        text = "packages can be detonated; `airlock sandbox test` proves that nothing gets out"
        return Answer("sandbox", State.OK, text)
    text = f"nothing can be detonated: {len(missing)} parts are missing"
    return Answer("sandbox", State.LIMITED, text, f"Install {'; '.join(missing)}.")


def _gate() -> Answer:
    missing = [name for name in _GATE_MODULES if importlib.util.find_spec(name) is None]
    if missing:
        return Answer(
            "gate",
            State.LIMITED,
            f"`airlock serve` cannot run: {', '.join(missing)} not installed",
            "pip install 'pypi-airlock[gate]'",
        )
    return Answer("gate", State.OK, "`airlock serve` can run")


def _data(folder: Path) -> Answer:
    existing = next(
        path for path in (folder.absolute(), *folder.absolute().parents) if path.exists()
    )
    try:
        with tempfile.TemporaryFile(dir=existing):
            free = shutil.disk_usage(existing).free
    except OSError as error:
        return Answer(
            "data folder",
            State.BROKEN,
            f"{folder} cannot be written: {error.strerror}",
            "Name another folder with --data, or give this user the right to write there.",
        )
    message = f"{folder}, {free / 1024**3:.1f} GiB free"
    if free < _LEAST_FREE_BYTES:
        return Answer("data folder", State.LIMITED, message, "Make room on that disk.")
    return Answer("data folder", State.OK, message)


def _ways_round(environ: Mapping[str, str]) -> Iterator[Answer]:
    try:
        found = [name for name in _WAYS_ROUND if pip_setting(name, environ)]
    except AirlockError as error:
        yield Answer("pip's settings", State.BROKEN, str(error), error.hint)
        return
    if found:
        yield Answer(
            "pip's settings",
            State.LIMITED,
            f"{', '.join(found)}: with these, packages reach this user past any gate",
            "Take them out of pip's configuration and of the PIP_… variables.",
        )
    else:
        yield Answer("pip's settings", State.OK, "nothing in them leads round a gate")


def _provenance(absent: Callable[[], str]) -> Answer:
    try:
        missing = absent()
    except AirlockError as error:
        return Answer("provenance", State.BROKEN, str(error), error.hint)
    if missing:
        return Answer(
            "provenance",
            State.LIMITED,
            f"{missing}: attestations are not verified, and no verdict claims otherwise",
            "Install the parts of it with: pip install 'pypi-airlock[trust]'",
        )
    return Answer("provenance", State.OK, "attestations are verified, by a root on this machine")
