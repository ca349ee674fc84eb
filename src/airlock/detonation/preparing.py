"""Gathers what an artifact needs to be built and to run, and sends it into the sandbox."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from airlock.behaviour.events import AnyEvent
from airlock.detonation.interface import Profile, Watched
from airlock.detonation.running import Detonator, Request
from airlock.detonation.wheelhouse import Wheelhouse
from airlock.errors import AirlockError
from airlock.model import Artifact, ArtifactKind
from airlock.profiles.profile import Need

# What builds that say nothing are made with (PEP 518).
_DEFAULT_BACKEND = ("setuptools", "wheel")
Step = Callable[[str], None]
"""Told what begins."""


class Manner(NamedTuple):
    """How an artifact is run."""

    profile: Profile = Profile.QUICK
    with_dependencies: bool = True
    tracer: str = ""
    """``strace`` or ``seccomp``; empty for the first of them that this host has."""


class Run(NamedTuple):
    """What came of it."""

    watched: Watched
    notes: tuple[str, ...]
    """What was missing around it."""


class Gathering(Protocol):
    """Fetches wheels, as a house of them does, and can be stopped."""

    def __call__(self, requirements: Sequence[str], folder: Path) -> Sequence[Path]:
        """Fetch requirements and all that they need into a folder, vetted; return them."""

    def stop(self) -> None:
        """End what is under way, from any thread, and fetch nothing more."""


class Runs:
    """Runs artifacts, one after the other.

    Args:
        gather: fetches wheels.
        backends: wheels for builds that were kept.
        detonator: runs things.
    """

    def __init__(self, gather: Gathering, backends: Wheelhouse, detonator: Detonator) -> None:
        self._gather = gather
        self._house = backends
        self._detonator = detonator

    def run(  # noqa: PLR0913, PLR0917 - what, where, how, and who is told
        self,
        artifact: Artifact,
        path: Path,
        needs: Sequence[Need],
        manner: Manner,
        folder: Path,
        step: Step,
    ) -> Run:
        """Gather what an artifact needs, and run it.

        Args:
            artifact: which it is.
            path: where it is.
            needs: what it declares.
            manner: how to run it.
            folder: for what is fetched.
            step: told how far it is.

        Raises:
            UnsafeHost: if nobody could prove that nothing gets out; nothing was run then.
            DetonationError: if the sandbox could not do its work.
            StoreError: if the build backends that are kept cannot be used.
        """
        notes: list[str] = []
        run = [need.text for need in needs if need.use == "to run"]
        build = [need.text for need in needs if need.use == "to be built"]
        is_source = artifact.name.kind is ArtifactKind.SDIST
        step("dependencies")
        packed = Request(
            artifact=artifact,
            path=path,
            dependencies=self._wheels(run, folder, notes) if manner.with_dependencies else (),
            backends=self._backends(build or _DEFAULT_BACKEND, folder, notes) if is_source else (),
            tracer=manner.tracer,
            profile=manner.profile,
        )

        def progress(event: AnyEvent) -> None:
            step(f"{event.phase} {getattr(event, 'what', '')}".strip())

        return Run(self._detonator.run(packed, progress), tuple(notes))

    def stop(self) -> None:
        """End what is under way, from any thread, and run nothing more."""
        self._detonator.stop()
        self._gather.stop()

    def _backends(
        self, requirements: Sequence[str], folder: Path, notes: list[str]
    ) -> tuple[Path, ...]:
        """Return vetted wheels to build with: those that were kept, or else fresh ones."""
        return self._house.wheels_for(requirements) or self._wheels(requirements, folder, notes)

    def _wheels(
        self, requirements: Sequence[str], folder: Path, notes: list[str]
    ) -> tuple[Path, ...]:
        """Return vetted wheels of requirements; without those that cannot be had."""
        if not requirements:
            return ()
        place = Path(tempfile.mkdtemp(dir=folder))
        try:
            return tuple(self._gather(requirements, place))
        except AirlockError as error:
            shutil.rmtree(place, ignore_errors=True)
            notes.append(f"{', '.join(requirements)[:200]}: {error}")
            return ()
