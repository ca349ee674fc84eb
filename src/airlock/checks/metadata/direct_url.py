"""Requirements that name an address instead of a version.

`evil @ https://files.example/evil.zip` makes an installer fetch a package from anywhere: past the
index, past its names, digests and upload times, and past this gate. The public index refuses such
requirements in a file's metadata; a private index need not, and the metadata of a source
distribution is made anew when it is built.

- **A requirement that everybody gets, or that building needs** (high): by `https:`, `git+ssh:` and
  every other scheme.
- **A requirement of an extra** (medium): only who asks for the extra gets it.
- **A file beside the package** (medium): `file:` and relative paths, which point to whatever lies
  there on the machine that installs.
- **Links for old installers to look into** (low): `dependency_links`, which pip no longer follows.

Read are METADATA and PKG-INFO, and in source distributions pyproject.toml (also Poetry's tables),
setup.cfg, the files of requirements that these point to, the egg-info, and what setup.py says or
computes without asking the machine. Development groups are not installed and are spared.
"""

import re
from collections.abc import Iterator

from airlock.archive.declared import Declared, Use
from airlock.checks.interface import Check, Subject
from airlock.checks.metadata._requirements import requirements
from airlock.model import Confidence, Finding, Severity

_TEXT = re.IGNORECASE | re.ASCII
# A direct reference of PEP 508; the space before "@" may be missing.
_NAMED = re.compile(r"\s*[A-Z0-9][A-Z0-9._-]*(?:\s*\[[^\]]*\])?\s*@\s*(?P<url>[^;\s]+)", _TEXT)
# An address without a name, which setuptools and old versions of pip take.
_BARE = re.compile(r"\s*(-e\s+|--editable[ =])?(?P<url>[A-Z][A-Z0-9+.-]*://[^;\s]+)", _TEXT)
_SCHEME = re.compile(r"[A-Z][A-Z0-9+.-]*:", _TEXT)
# "git@host:path", as ssh spells it.
_SSH = re.compile(r"[^/\s]+@[^/\s]+:")
_SEVERITIES = {
    Use.RUN: Severity.HIGH,
    Use.BUILD: Severity.HIGH,
    Use.EXTRA: Severity.MEDIUM,
    Use.LINK: Severity.LOW,
}


class DirectUrl(Check):
    """Does the artifact need something from outside every index?"""

    id = "metadata-direct-url"
    version = 3

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each address and use."""
        told = set()
        for requirement in requirements(subject):
            url = _url(requirement.text)
            if url and (url, requirement.use) not in told:
                told.add((url, requirement.use))
                yield _finding(requirement, url)


def _url(text: str) -> str:
    match = _NAMED.match(text) or _BARE.match(text)
    return match["url"] if match else ""


def _is_local(url: str) -> bool:
    if url.lower().startswith("file:"):
        return True
    return not _SCHEME.match(url) and not _SSH.match(url)


def _finding(requirement: Declared, url: str) -> Finding:
    severity = _SEVERITIES[requirement.use]
    what = "an address outside every index"
    if _is_local(url):
        severity = min(severity, Severity.MEDIUM)
        what = "a file of the machine that installs it"
    return Finding(
        severity=severity,
        confidence=Confidence.HIGH,
        message=f"The package needs {what} {requirement.use}.",
        path=requirement.path,
        evidence=requirement.text.strip(),
    )
