"""Versions that are made to win.

An installer that looks into several indexes takes the highest version. Whoever publishes the name
of somebody's internal project, as version 999.0.0, is installed in its place ("dependency
confusion"). Such versions have a look of their own:

- **only nines, or a first number of three nines and more** (high): `99.99.99`, `999.0.1`; no
  project counts that far;
- **a first number of two nines, or 1337** (medium, unsure): `99.0.0`; few projects get there;
- **a version of more than a hundred characters** (high);
- **an epoch** (medium): `1!1.0` is higher than every version without one (PEP 440);
- **a first number of four digits and more that is no date** (low): `1000.2`; most are numbers of
  builds;
- **no version at all** (low): text that PEP 440 does not know, which installers sort last or skip.

It spares dates of every common form (`2026.11.1`, `20240101`, `26.1`, `202405`) and numbers of up
to three digits. Jumps from one release to the next are not looked at.
"""

import re
from collections.abc import Iterator

from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, Severity

_NINES = re.compile(r"9{3,}", re.ASCII)
_FEW = frozenset({99, 1337, 31337})
_FOUR_DIGITS = 1_000
_LONGEST = 100
_NINE = 9
# A date without separators: a year, perhaps a month, perhaps a day, perhaps more digits of a time.
_DATE = re.compile(r"(19|20)\d\d((0[1-9]|1[0-2])((0[1-9]|[12]\d|3[01])\d{0,6})?)?", re.ASCII)
_SHORT_DATE = re.compile(r"[0-4]\d(0[1-9]|1[0-2])((0[1-9]|[12]\d|3[01]))?", re.ASCII)

Verdict = tuple[Severity, Confidence, str]


class Version(Check):
    """Is the version one that nobody counts up to?"""

    id = "metadata-version"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding."""
        text = subject.release.version
        if judged := _judge(text):
            severity, confidence, message = judged
            yield Finding(
                severity=severity, confidence=confidence, message=message, evidence=text[:_LONGEST]
            )


def _judge(text: str) -> Verdict | None:
    from packaging.version import InvalidVersion
    from packaging.version import Version as Parsed

    if len(text) > _LONGEST:
        return Severity.HIGH, Confidence.MEDIUM, "The version is longer than any that is meant."
    try:
        parsed = Parsed(text)
    except InvalidVersion:
        return Severity.LOW, Confidence.HIGH, "The version is none that PEP 440 knows."
    if parsed.epoch:
        message = "The version has an epoch, which makes it higher than all others."
        return Severity.MEDIUM, Confidence.MEDIUM, message
    return _judge_release(parsed.release)


def _judge_release(release: tuple[int, ...]) -> Verdict | None:
    major = str(release[0])
    nines = all(part > _NINE and set(str(part)) == {"9"} for part in release)
    if _NINES.fullmatch(major) or (nines and len(release) > 1):
        message = "The version is made to be higher than any other."
        return Severity.HIGH, Confidence.MEDIUM, message
    if release[0] in _FEW:
        message = "The version is higher than most projects ever get."
        return Severity.MEDIUM, Confidence.LOW, message
    if release[0] >= _FOUR_DIGITS and not (_DATE.fullmatch(major) or _SHORT_DATE.fullmatch(major)):
        return Severity.LOW, Confidence.LOW, "The version begins with an unusually high number."
    return None
