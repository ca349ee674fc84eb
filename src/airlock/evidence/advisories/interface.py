"""The port: what is publicly known against releases.

Promises of every adapter:

- "Nothing is known" is only ever said by a database that was read whole. What cannot be read raises
  ``NotExamined``, or stands in ``Known.blind`` or ``trouble``.
- Withdrawn records say nothing. Records that name each other as aliases are one vulnerability.
- A version is affected by OSV's own rules (the schema's section on evaluation): it is listed, or it
  lies in a range, by the order of PEP 440. A local version is affected where its public one is.
"""

import datetime as dt
from abc import ABC, abstractmethod

import msgspec

from airlock.model import ProjectName
from airlock.model.advisory import Advisory, AdvisoryDatabase


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one release."""

    advisories: tuple[Advisory, ...] = ()
    """That are about it, the worst first."""
    blind: tuple[str, ...] = ()
    """Why more may be: records of its project that speak in a way that cannot be evaluated."""
    upgrade: str = ""
    """The least later version that is fixed and that nothing is known against; empty if none is
    known, or if nothing is known against this one."""


class MalwareRecord(msgspec.Struct, frozen=True):
    """A record of malware that is about a project."""

    id: str
    whole: bool
    """Whether it is about every version: nothing under that name was ever honest."""


class Advisories(ABC):
    """Knows what is publicly known against releases."""

    @property
    def absent(self) -> str:
        """Why there is nothing to ask, where nobody ever asked for a database; else empty."""
        return ""

    @property
    def stamp(self) -> str:
        """What changes whenever the answers may; never raises."""
        return ""

    @property
    @abstractmethod
    def database(self) -> AdvisoryDatabase:
        """Which database answers.

        Raises:
            NotExamined: if there is none that can be read.
        """

    @abstractmethod
    def trouble(self, now: dt.datetime) -> str:
        """Return why nothing may be called clean at a time in UTC; empty if it may.

        Never raises: a database that is missing, damaged, old or not whole is trouble.
        """

    @abstractmethod
    def known(self, project: ProjectName, version: str) -> Known:
        """Return what is known of a release.

        Raises:
            NotExamined: if the database cannot be read, or the version is none by PEP 440.
        """

    @abstractmethod
    def fixed_by(self, project: ProjectName, version: str) -> tuple[str, ...]:
        """Return what the vulnerabilities are called that a release is named as the fix of.

        A final release fixes what its pre-release is named for. Malware is no vulnerability.

        Raises:
            NotExamined: as ``known``.
        """

    def malware(self, project: ProjectName) -> tuple[MalwareRecord, ...]:  # noqa: ARG002
        """Return the records of malware that are about any version of a project.

        Raises:
            NotExamined: if there is a database that cannot be read.
        """
        return ()
