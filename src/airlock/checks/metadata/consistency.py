"""File name, index and metadata that contradict one another.

Name and version stand in four places: what the index announces, the name of the file, the metadata
inside, and the folder that holds it. Tools read different ones, so that a contradiction is how one
package passes for two: vetted as one thing, installed as another. Compared are normalised names
(PEP 503) and versions (PEP 440), so that spellings do not matter.

- **Name or version of the metadata are not those of the file, or those of the file are not those
  of the release** (high).
- **A wheel without METADATA, with several `.dist-info` folders, or with the folder of another
  project** (high): installers refuse some of these and guess at others.
- **Name or version given twice** (high): tools differ in which one they take.
- **A source distribution without PKG-INFO** (medium): every tool that makes them writes one.
- **The metadata of another project beside its own** (medium): what is left of a copied package.
- **Fields that are malformed, unknown or given twice** (low).

It spares projects whose old file names have more dashes than those of today, several spellings of
one name, and the metadata of packages that are vendored deeper inside.
"""

import re
from collections.abc import Iterator

from airlock.archive.core_metadata import CoreMetadata
from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.errors import NotExamined
from airlock.model import ArtifactKind, ArtifactName, Confidence, Finding, Severity

# Everything that a file name or a version may separate its parts with; "+" becomes "_" in wheels.
_SEPARATORS = re.compile(r"[-_.+]+")
_IDENTITY = re.compile(rb"^(name|version)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
# Fields end long before; what follows is a description.
_HEADER_BYTES = 100_000
_LARGEST_BYTES = 8 * 1024**2


class Consistency(Check):
    """Do the index, the file name and the metadata speak of the same release?"""

    id = "metadata-consistency"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each contradiction."""
        if subject.artifact.name.kind is ArtifactKind.CONDA:
            raise NotApplicable("a package of conda says what it is in files of its own")
        name, release, metadata = subject.artifact.name, subject.release, subject.core_metadata
        if told := _contradicts(name, release.project, release.version):
            message = f"The {told} of the file is not that of the release that it came with."
            evidence = f"{name.filename} for {release.project} {release.version}"
            yield _finding(Severity.HIGH, message, evidence)
        yield from _folders(subject)
        if not metadata.present:
            yield _missing(name, metadata)
            return
        if told := _contradicts(name, metadata.name, metadata.version):
            message = f"The {told} in the metadata is not that in the file's name."
            evidence = f"{name.filename} says that it is {metadata.name} {metadata.version}"
            yield _finding(Severity.HIGH, message, evidence, metadata.path)
        yield from _twice(metadata)
        yield from _others(subject)
        if metadata.problems:
            message = "The metadata are not as the specification has them."
            yield _finding(Severity.LOW, message, "\n".join(metadata.problems), metadata.path)


def _finding(severity: Severity, message: str, evidence: str, path: str = "") -> Finding:
    return Finding(
        severity=severity,
        confidence=Confidence.HIGH,
        message=message,
        path=path,
        evidence=evidence,
    )


def _contradicts(file: ArtifactName, name: str, version: str) -> str:
    """Return what of a name and version is not that of a file; empty if they agree."""
    if _fold(name) == file.project:
        return "" if _same_version(file.version, version) else "version"
    # The name of an old source distribution does not say where the project ends and the version
    # begins; given both, it does.
    return "" if _fold(_stem(file)) == _fold(f"{name}-{version}") else "project"


def _same_version(of_file: str, version: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(of_file.replace("_", "-")) == Version(version)
    except InvalidVersion:
        return _fold(of_file) == _fold(version)


def _stem(file: ArtifactName) -> str:
    if file.kind is ArtifactKind.WHEEL:
        return "-".join(file.filename.split("-")[:2])
    suffix = next(end for end in ArtifactName.SDIST_SUFFIXES if file.filename.endswith(end))
    return file.filename.removesuffix(suffix)


def _fold(text: str) -> str:
    return _SEPARATORS.sub("-", text).lower()


def _folders(subject: Subject) -> Iterator[Finding]:
    """Look at the ``.dist-info`` folders at the top of a wheel; there must be one, its own."""
    name = subject.artifact.name
    if name.kind is not ArtifactKind.WHEEL:
        return
    tops = {member.path.partition("/")[0] for member in subject.reading.members}
    folders = sorted(top for top in tops if top.endswith(".dist-info"))
    if len(folders) > 1:
        message = f"The wheel has {len(folders)} .dist-info folders; there must be one."
        yield _finding(Severity.HIGH, message, "\n".join(folders))
    elif folders and not f"{_fold(folders[0])}-".startswith(f"{_fold(name.project)}-"):
        message = "The wheel's .dist-info folder is that of another project."
        yield _finding(Severity.HIGH, message, folders[0], folders[0])


def _missing(name: ArtifactName, metadata: CoreMetadata) -> Finding:
    wheel = name.kind is ArtifactKind.WHEEL
    what = "wheel" if wheel else "source distribution"
    message = f"The {what} has no metadata, or none that say what it is."
    severity = Severity.HIGH if wheel else Severity.MEDIUM
    return _finding(severity, message, "\n".join(metadata.problems), metadata.path)


def _identity(raw: bytes) -> list[tuple[str, str]]:
    """Return every name and version that a header gives, in its order."""
    header = _END_OF_HEADER.split(raw[:_HEADER_BYTES], maxsplit=1)[0]
    return [
        (field.decode("ascii").lower(), value.decode("utf-8", "replace").strip())
        for field, value in _IDENTITY.findall(header)
    ]


def _twice(metadata: CoreMetadata) -> Iterator[Finding]:
    given = _identity(metadata.raw)
    for field in ("name", "version"):
        values = [value for key, value in given if key == field]
        if len(values) > 1:
            message = f"The metadata give the {field} {len(values)} times."
            yield _finding(Severity.HIGH, message, "\n".join(values), metadata.path)


def _others(subject: Subject) -> Iterator[Finding]:
    """Look for the metadata of another project in a source distribution."""
    metadata = subject.core_metadata
    if subject.artifact.name.kind is ArtifactKind.WHEEL:
        return
    for path in metadata.others:
        member = subject.reading.find(path)
        if member is None or member.size > _LARGEST_BYTES:
            raise NotExamined(f"{path} cannot be read as metadata")
        names = [value for key, value in _identity(member.read()) if key == "name"]
        if any(_fold(name) != _fold(metadata.name) for name in names):
            message = "The source distribution also holds the metadata of another project."
            evidence = f"{', '.join(names)} in {metadata.name}"
            yield _finding(Severity.MEDIUM, message, evidence, path)
