"""What an upload says it is, held to the rules of file names and digests. Pure.

- PEP 625: a source distribution is ``{name}-{version}.tar.gz``, both normalised, and nothing else.
- PEP 427: a wheel's name is one, for the project and the version that the form names.
- PEP 715: eggs are not taken, nor are installers: only what installers of today take.
- A digest that is given has to be the file's (``sha256_digest``, ``blake2_256_digest``,
  ``md5_digest``).
"""

import json
from typing import TYPE_CHECKING

import msgspec

from airlock.errors import InvalidFilename, InvalidName, InvalidUpload
from airlock.evidence.openpgp import LARGEST_SIGNATURE_BYTES
from airlock.gate.upload.form import SIGNATURE, UploadForm
from airlock.model import ArtifactKind, ArtifactName, ProjectName

if TYPE_CHECKING:
    from packaging.version import Version

_ACTION = "file_upload"
_FILETYPES = {ArtifactKind.WHEEL: "bdist_wheel", ArtifactKind.SDIST: "sdist"}
_SDIST = ".tar.gz"
_MOST_ATTESTATIONS = 10
_ARMOUR = "-----BEGIN PGP SIGNATURE-----"


class Announced(msgspec.Struct, frozen=True):
    """What an upload says it is."""

    project: ProjectName
    version: str
    """Normalised."""
    name: ArtifactName
    """Of the file."""


def announced(form: UploadForm) -> Announced:
    """Return what an upload says it is; asked for as soon as the file begins.

    Raises:
        InvalidUpload: naming the rule that is broken.
    """
    action = form.one(":action")
    if action != _ACTION:
        raise InvalidUpload(f":action: {action[:40]!r} is not {_ACTION!r}")
    if form.one("protocol_version") not in {"", "1"}:
        raise InvalidUpload("protocol_version: only 1 is spoken here")
    project = _project(form.one("name"))
    version = _version(form.one("version"))
    return Announced(project, str(version), _file_name(form, project, version))


def check_digests(form: UploadForm) -> None:
    """Hold the digests that were announced against the file.

    Raises:
        InvalidUpload: if one is not the file's.
    """
    if not form.begun or not form.ended:
        raise InvalidUpload("content: the file is missing, or did not arrive whole")
    for field, digest in form.digests().items():
        told = form.one(field).strip().lower()
        if told and told != digest:
            raise InvalidUpload(f"{field}: announced as {told[:64]}, and {digest} arrived")


def attestations(form: UploadForm) -> str:
    """Return the attestations that came along, as JSON (PEP 740); nothing of them is verified yet.

    Raises:
        InvalidUpload: if they are no list of objects.
    """
    text = form.one("attestations")
    if not text.strip():
        return ""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidUpload(f"attestations: not JSON: {error}") from error
    objects = isinstance(given, list) and all(isinstance(one, dict) for one in given)
    if not objects or len(given) > _MOST_ATTESTATIONS:
        raise InvalidUpload(
            f"attestations: not a list of at most {_MOST_ATTESTATIONS} attestation objects"
        )
    return json.dumps(given, separators=(",", ":")) if given else ""


def signature(form: UploadForm) -> str:
    """Return the detached OpenPGP signature that came along, armoured; nothing of it is verified.

    Raises:
        InvalidUpload: if it is too large, or not armoured.
    """
    text = form.one(SIGNATURE)
    if len(text) > LARGEST_SIGNATURE_BYTES:
        raise InvalidUpload(f"{SIGNATURE}: more than {LARGEST_SIGNATURE_BYTES:,} bytes")
    if text and not text.lstrip().startswith(_ARMOUR):
        hint = "gpg makes one with --armor."
        raise InvalidUpload(f"{SIGNATURE}: no armoured signature", hint=hint)
    return text


def _project(text: str) -> ProjectName:
    try:
        return ProjectName(text)
    except InvalidName as error:
        raise InvalidUpload(f"name: {error}", hint=error.hint) from error


def _version(text: str) -> "Version":
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text)
    except InvalidVersion as error:
        raise InvalidUpload(f"version: {text[:80]!r} is no version of PEP 440") from error


def _file_name(form: UploadForm, project: ProjectName, version: "Version") -> ArtifactName:
    filename = form.filename
    if filename.endswith((".egg", ".exe", ".msi", ".rpm")):
        raise InvalidUpload(f"content: {filename[-60:]} is not taken (PEP 715)", hint=_FORMS)
    try:
        name = ArtifactName.parse(filename)
    except (InvalidFilename, InvalidName) as error:
        raise InvalidUpload(f"content: {error}", hint=_FORMS) from error
    told = form.one("filetype")
    if told not in {"", _FILETYPES[name.kind]}:
        raise InvalidUpload(f"filetype: {told[:40]!r} is not what {filename} is")
    if name.kind is ArtifactKind.SDIST:
        _check_sdist(filename, project, version)
    else:
        _check_wheel(filename, project, version)
    return name


_FORMS = "Wheels (.whl) and source distributions (.tar.gz) are taken."


def _check_sdist(filename: str, project: ProjectName, version: "Version") -> None:
    expected = f"{project.replace('-', '_')}-{version}{_SDIST}"
    if filename != expected:
        raise InvalidUpload(
            f"content: {filename} should be named {expected} (PEP 625)",
            hint="A current version of the build backend names it so.",
        )


def _check_wheel(filename: str, project: ProjectName, version: "Version") -> None:
    from packaging.utils import InvalidWheelFilename, parse_wheel_filename

    try:
        named, its_version, _, _ = parse_wheel_filename(filename)
    except (InvalidWheelFilename, ValueError) as error:
        raise InvalidUpload(f"content: {error}") from error
    if ProjectName(named) != project:
        raise InvalidUpload(f"content: {filename} is a wheel of {named}, not of {project}")
    if its_version != version:
        raise InvalidUpload(f"content: {filename} is of version {its_version}, not {version}")
