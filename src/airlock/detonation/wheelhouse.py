"""Wheels of build backends, kept so that a source distribution can be built without the network.

- Every wheel came through a gate that vetted it, on the day that the list says.
- A wheel is used only while its bytes are those that were vetted.
- The house is used when every requirement of a build is fulfilled in it, and then whole: what
  backends need of each other was gathered with them.
"""

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from airlock import vetting
from airlock.errors import AirlockError, InvalidFilename, StoreError
from airlock.model import ArtifactName

BACKENDS = (
    "setuptools",
    "wheel",
    "setuptools-scm",
    "hatchling",
    "hatch-vcs",
    "flit-core",
    "poetry-core",
    "pdm-backend",
    "cython",
    "pybind11",
)
"""What most source distributions are built with."""
_LIST = "backends.json"

Gather = Callable[[Sequence[str], Path], Sequence[Path]]
"""Fetches requirements and all that they need into a folder, as vetted wheels; returns them."""


class Kept(msgspec.Struct, frozen=True):
    """One wheel of the house."""

    filename: str
    sha256: str
    vetted: dt.datetime
    """In UTC."""


class Wheelhouse:
    """A folder of vetted wheels.

    Args:
        folder: made when something is put into it.
        gather: fetches wheels.
        clock: gives the time in UTC.
    """

    def __init__(self, folder: Path, gather: Gather, clock: Callable[[], dt.datetime]) -> None:
        self._folder = folder
        self._gather = gather
        self._clock = clock

    def kept(self) -> tuple[Kept, ...]:
        """Return what is in the house, in the order of names.

        Raises:
            StoreError: if its list cannot be read.
        """
        path = self._folder / _LIST
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=tuple[Kept, ...])
        except FileNotFoundError:
            return ()
        except (OSError, msgspec.DecodeError) as error:
            raise StoreError(f"{path} cannot be read: {error}", hint=_CURE) from error
        return tuple(sorted(kept, key=lambda one: one.filename))

    def fill(self, requirements: Sequence[str]) -> tuple[Kept, ...]:
        """Fetch requirements anew, and put them in the place of all that was there.

        Args:
            requirements: of builds; none for the usual backends.

        Raises:
            AirlockError: if they cannot be had, or some are not let in; the house is as before.
        """
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            new = Path(tempfile.mkdtemp(prefix="backends-", dir=self._folder.parent))
        except OSError as error:
            raise StoreError(f"{self._folder} cannot be made: {error.strerror}") from error
        try:
            now = self._clock()
            kept = [
                Kept(wheel.name, str(vetting.identify(wheel).sha256), now)
                for wheel in self._gather(requirements or BACKENDS, new)
            ]
            (new / _LIST).write_bytes(msgspec.json.format(msgspec.json.encode(kept)))
            shutil.rmtree(self._folder, ignore_errors=True)
            new.rename(self._folder)
        except OSError as error:
            raise StoreError(f"{self._folder} cannot be filled: {error.strerror}") from error
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return self.kept()

    def wheels_for(self, requirements: Sequence[str]) -> tuple[Path, ...]:
        """Return every wheel of the house if it fulfils all requirements, or else nothing.

        Raises:
            StoreError: if a wheel is not what was vetted.
        """
        kept = self.kept()
        if not kept or not all(_fulfilled(text, kept) for text in requirements):
            return ()
        wheels = []
        for one in kept:
            path = self._folder / one.filename
            if _digest(path) != one.sha256:
                raise StoreError(f"{path} is not the file that was vetted", hint=_CURE)
            wheels.append(path)
        return tuple(wheels)


_CURE = "Run airlock sandbox backends to fetch and vet them anew."


def _digest(path: Path) -> str:
    try:
        return str(vetting.identify(path).sha256)
    except AirlockError:
        return ""


def _fulfilled(text: str, kept: Sequence[Kept]) -> bool:
    """Tell whether a requirement asks for something that is there; one that cannot be read does."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        wanted = Requirement(text)
    except InvalidRequirement:
        return False
    if wanted.url or wanted.extras:
        return False
    if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
        return True
    return any(_is_of(one, wanted.name, wanted.specifier.contains) for one in kept)


def _is_of(kept: Kept, name: str, allows: Callable[[str], bool]) -> bool:
    from packaging.utils import canonicalize_name

    try:
        parsed = ArtifactName.parse(kept.filename)
    except InvalidFilename:
        return False
    return str(parsed.project) == canonicalize_name(name) and allows(parsed.version)
