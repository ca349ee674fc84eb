"""What a check is.

A check is one module ``airlock/checks/<family>/<module>.py`` with one subclass of ``Check`` whose
``id`` is ``<family>-<module>``. The module's docstring is its page in the documentation. Beside it,
``tests/checks/<id>/flags`` and ``spares`` hold at least one example each.

A check asks exactly one of three things, as a generator of findings:

- ``release(subject)``: of the release as its index describes it; the artifact is not opened,
- ``artifact(subject)``: of the opened artifact as a whole,
- ``member(member, subject)``: of one regular file in it; called for each.

What a check may rely on: it is called once per artifact; whatever it raises becomes a failed
outcome and takes nothing away from what it or another check found. ``NotApplicable`` is how it says
that its question does not arise.
"""

from abc import ABC
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NoReturn

from airlock.archive import Member, Reading
from airlock.archive.core_metadata import CoreMetadata, read_core_metadata
from airlock.archive.interface import NESTED
from airlock.checks.readings import shared
from airlock.errors import CheckDefect
from airlock.evidence import Facts
from airlock.model import Artifact, Finding, Release
from airlock.profiles import Profile
from airlock.syntax import Program, read_program

if TYPE_CHECKING:
    from airlock.binary.contents import Contents
    from airlock.profiles.source import SourceMatch

Step = Callable[[], Iterable[Finding]]


class NotApplicable(Exception):
    """The question does not arise; the text says why."""


class Subject:
    """What checks look at: one artifact, opened, with the facts that are known.

    Readings that several checks share (the core metadata, the program) are made on first use, and
    once, even if they fail.
    """

    def __init__(self, artifact: Artifact, reading: Reading, facts: Facts) -> None:
        self.artifact = artifact
        self.reading = reading
        self.facts = facts

    @property
    def release(self) -> Release:
        """The release that the artifact came with."""
        return self.artifact.release

    def digest(self, path: str) -> str:
        """Return the SHA-256 of the member that a finding's path is about, in hexadecimal.

        Of a layer it is the member's that the layer is in; of an empty path, the artifact's. Empty
        if there is no such member, or more than one: which of them was meant is not certain then.
        """
        if not path:
            return str(self.artifact.sha256)
        while path not in self._digests and NESTED in path:
            path = path.rpartition(NESTED)[0]
        return self._digests.get(path, "")

    @cached_property
    def _digests(self) -> dict[str, str]:
        known: dict[str, str] = {}
        for member in self.reading.members:
            known[member.path] = "" if member.path in known else str(member.sha256 or "")
        return known

    @shared
    def core_metadata(self) -> CoreMetadata:
        """The METADATA of a wheel or the PKG-INFO of a source distribution."""
        return read_core_metadata(self.reading, self.artifact.name)

    @shared
    def contents(self) -> "Contents":
        """The files that are not Python source text and may do something all the same."""
        from airlock.binary.contents import survey

        return survey(self.reading)

    @shared
    def program(self) -> Program:
        """Everything of the artifact that an interpreter may run, analysed."""
        return read_program(self.reading, self.artifact.name)

    @shared
    def profile(self) -> Profile:
        """What the artifact is and does, summed up for a comparison with others."""
        from airlock.profiles.making import profile_of

        return profile_of(self)

    @shared
    def source_match(self) -> "SourceMatch":
        """What came of holding the artifact against the source tree that it is said to be of."""
        from airlock.profiles.source.matching import match_source

        tree = self.facts.history.source(self.artifact)
        if tree is None:
            raise NotApplicable("no source tree to hold it against was given")
        return match_source(tree, self)


class BareRelease(Subject):
    """A subject of which nothing is known but the release: its name, perhaps its version."""

    def __init__(self, release: Release, facts: Facts) -> None:
        self.facts = facts
        self._release = release

    @property
    def release(self) -> Release:
        """The release."""
        return self._release

    def digest(self, path: str) -> str:  # noqa: ARG002 - the signature of the base
        """Return nothing: there are no bytes."""
        return ""

    def __getattr__(self, name: str) -> NoReturn:
        # The artifact, its reading, and what is made of them.
        raise NotApplicable("there is only a name")


class Check(ABC):
    """One question. Subclasses set ``id`` and ``version`` and define one of the three methods."""

    id: ClassVar[str]
    """``<family>-<module>``; the registry holds it against the module's path."""
    version: ClassVar[int]
    """From 1; raised with any change of behaviour. Stored in every verdict."""
    asks_since: ClassVar[int] = 1
    """The version since which its question arises where it does today: raised to ``version`` with
    any change that makes it ask about more."""
    needs: ClassVar[frozenset[str]] = frozenset()
    """Fields of ``Facts`` that it cannot do without; if one is missing, the outcome is failed."""

    def __init_subclass__(cls) -> None:
        asked = [name for name in ("release", "artifact", "member") if name in vars(cls)]
        if len(asked) != 1:
            raise CheckDefect(f"{cls.__module__}: a check asks one of release, artifact, member")
        cls._asked = asked[0]

    _asked: ClassVar[str]

    def release(self, subject: Subject) -> Iterable[Finding]:
        """Look at the release as its index describes it."""
        raise NotImplementedError

    def artifact(self, subject: Subject) -> Iterable[Finding]:
        """Look at the artifact as a whole."""
        raise NotImplementedError

    def member(self, member: Member, subject: Subject) -> Iterable[Finding]:
        """Look at one regular file."""
        raise NotImplementedError

    def steps(self, subject: Subject) -> Iterator[Step]:
        """Walk down to what the check asks about: one step each, so that each may fail alone."""
        if self._asked == "member":
            for member in subject.reading.files():
                yield lambda member=member: self.member(member, subject)  # type: ignore[misc]
        elif self._asked == "artifact":
            yield lambda: self.artifact(subject)
        else:
            yield lambda: self.release(subject)
