"""A package of conda that is not what it says of itself.

conda unpacks a package, trusts `info/paths.json` for what is in it, and runs its link scripts. Held
against each other are the name of the file, `info/index.json` and `info/paths.json`, and the files.

- **high**: name, version or build in `index.json` are not those of the file's name; a file has
  another SHA-256 than `paths.json` says; code that it does not list.
- **medium**: other files that it does not list; link scripts (`.name-post-link.sh` and the like):
  conda runs them when it installs or removes the package, and few packages need one. What they do
  is `code-shell-scripts`.
- **low**: files that it lists and that are not there; a package that lists none, as those before
  2017.

Files into which conda writes the prefix when it installs are listed with the digest that they have
in the package. Whether the package is the channel's, `airlock verify` tells (`--repodata`); whether
it is made of a release at an index, `airlock diff`.
"""

import json
from collections.abc import Iterator
from typing import Any

from airlock.archive.interface import NESTED, Member
from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.errors import NotExamined
from airlock.model import ArtifactKind, Confidence, Finding, Severity

_LARGEST_BYTES = 64 * 1024**2
_MOST_TOLD = 20
_LINK = "hardlink"
"""What conda calls a file that is copied or linked as it is."""
_CODE = (".py", ".pyc", ".pth", ".so", ".sh", ".bat", ".dll", ".pyd", ".exe")


class Conda(Check):
    """Is a package of conda what it says that it is?"""

    id = "archive-conda"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each contradiction, and for each link script."""
        name = subject.artifact.name
        if name.kind is not ArtifactKind.CONDA:
            raise NotApplicable("it is no package of conda")
        from airlock.archive.conda import INFO_ENDING, stem_of

        files = subject.reading.files()
        members = {member.path: member for member in files if NESTED not in member.path}
        yield from _scripts(members)
        stem = stem_of(list(members), name)
        folder = f"{stem}{INFO_ENDING}"
        index = _read(members.get(f"{folder}/index.json"))
        if index is None:
            yield _finding(Severity.HIGH, "The package does not say what it is (info/index.json).")
        else:
            yield from _identity(index, name.filename, f"{folder}/index.json")
        listed = _read(members.get(f"{folder}/paths.json"))
        if listed is None:
            yield _finding(Severity.LOW, "The package does not list its files (info/paths.json).")
        else:
            yield from _files(listed, members, stem)


def _read(member: Member | None) -> dict[str, Any] | None:
    if member is None:
        return None
    if member.size > _LARGEST_BYTES:
        raise NotExamined(f"{member.path} is too large to be read")
    try:
        document = json.loads(member.read())
    except (ValueError, RecursionError) as error:
        raise NotExamined(f"{member.path} cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise NotExamined(f"{member.path} is no object of JSON")
    return document


def _identity(index: dict[str, Any], filename: str, path: str) -> Iterator[Finding]:
    told = "-".join(str(index.get(key, "")) for key in ("name", "version", "build"))
    if told != filename.removesuffix(".conda").removesuffix(".tar.bz2"):
        message = "The package says that it is another one than its file's name."
        yield _finding(Severity.HIGH, message, path, f"{told} in {filename}")


def _scripts(members: dict[str, Member]) -> Iterator[Finding]:
    from airlock.archive.conda import LINK_SCRIPT

    for path, member in members.items():
        if LINK_SCRIPT.fullmatch(path):
            text = member.read()[:1_000].decode("utf-8", "replace")
            message = "conda runs this script when it installs or removes the package."
            yield _finding(Severity.MEDIUM, message, path, text)


def _files(document: dict[str, Any], members: dict[str, Member], stem: str) -> Iterator[Finding]:
    from airlock.archive.conda import INFO_ENDING, installed_path

    rows = document.get("paths")
    if not isinstance(rows, list):
        raise NotExamined("info/paths.json has no list of paths")
    listed = {
        installed_path(str(row.get("_path", "")), stem): row
        for row in rows
        if isinstance(row, dict)
    }
    described = f"{stem}{INFO_ENDING}/"
    own = {path: one for path, one in members.items() if not path.startswith(described)}
    odd = [*_unlisted(listed, own), *_differing(listed, own)]
    yield from odd[:_MOST_TOLD]
    if len(odd) > _MOST_TOLD:
        worst = max(odd[_MOST_TOLD:], key=lambda one: one.severity.rank)
        more = f"{len(odd) - _MOST_TOLD:,} more files are like this one: {worst.message}"
        yield _finding(worst.severity, more, worst.path)


def _unlisted(listed: dict[str, Any], members: dict[str, Member]) -> Iterator[Finding]:
    for path in members:
        if path not in listed:
            code = path.lower().endswith(_CODE) or ".data/scripts/" in path
            severity = Severity.HIGH if code else Severity.MEDIUM
            yield _finding(severity, "info/paths.json does not list this file.", path)


def _differing(listed: dict[str, Any], members: dict[str, Member]) -> Iterator[Finding]:
    for path, row in listed.items():
        # Of a link it is the digest of what it leads to, which may be of another package.
        if row.get("path_type", _LINK) != _LINK:
            continue
        member = members.get(path)
        if member is None:
            yield _finding(Severity.LOW, "info/paths.json lists a file that is not there.", path)
        elif row.get("sha256") and row["sha256"] != member.sha256:
            message = "The file has another SHA-256 than info/paths.json says."
            yield _finding(Severity.HIGH, message, path, str(row["sha256"]))


def _finding(severity: Severity, message: str, path: str = "", evidence: str = "") -> Finding:
    return Finding(
        severity=severity,
        confidence=Confidence.HIGH,
        message=message,
        path=path,
        evidence=evidence,
    )
