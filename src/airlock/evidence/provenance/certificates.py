"""The identity in a certificate of Fulcio (Sigstore's "OIDC info" extensions, .8 to .22).

Read after, never instead of, the verification of the certificate. The workflow has to be one of the
repository itself, at the very commit or branch that the certificate is of.
"""

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from airlock.errors import NotVerified
from airlock.model.provenance import Identity

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_FULCIO = "1.3.6.1.4.1.57264.1."
_ISSUER, _REPOSITORY, _COMMIT, _REF, _OWNER_ID, _CONFIG = 8, 12, 13, 14, 17, 18
_READ = {str(one) for one in (_ISSUER, _REPOSITORY, _COMMIT, _REF, _OWNER_ID, _CONFIG)}
_FOLDERS = ("/.github/workflows/", "//")
"""Between repository and workflow, as GitHub and GitLab write it."""


class Certified(NamedTuple):
    """What a certificate says of who signed."""

    identity: Identity
    ref: str
    commit: str


def certified(certificate: "Certificate") -> Certified:
    """Return the identity in a certificate, without an environment: certificates name none.

    Raises:
        NotVerified: if it names no issuer or subject, or a workflow from elsewhere.
    """
    claims = _claims(certificate)
    issuer, subject = claims.get(_ISSUER, ""), _subject(certificate)
    if not issuer or not subject:
        raise NotVerified("the certificate names no issuer, or nobody")
    commit, ref = claims.get(_COMMIT, ""), claims.get(_REF, "")
    repository, config = claims.get(_REPOSITORY, ""), claims.get(_CONFIG, "")
    if not config or urlsplit(config).netloc != urlsplit(repository).netloc:
        # A service whose pipelines are no files of a repository is known by its subject.
        return Certified(Identity(issuer=issuer, subject=subject), ref, commit)
    workflow = _workflow(config, repository, {commit, ref} - {""})
    name = urlsplit(repository).path.strip("/")
    found = Identity(
        issuer=issuer,
        repository=name,
        workflow=workflow,
        subject=subject,
        owner_id=claims.get(_OWNER_ID, ""),
    )
    return Certified(found, ref, commit)


def _workflow(config: str, repository: str, refs: set[str]) -> str:
    path, at, ref = config.rpartition("@")
    inside = path.removeprefix(repository) if repository else ""
    folder = next((one for one in _FOLDERS if inside.startswith(one)), "")
    if not at or ref not in refs or inside == path or not folder:
        raise NotVerified(
            f"the workflow {config[:200]!r} is not one of the repository that it is of"
        )
    return inside.removeprefix(folder)


def _claims(certificate: "Certificate") -> dict[int, str]:
    from cryptography.x509 import UnrecognizedExtension
    from pyasn1.codec.der.decoder import decode
    from pyasn1.error import PyAsn1Error
    from pyasn1.type.char import UTF8String

    found = {}
    for extension in certificate.extensions:
        _, known, number = extension.oid.dotted_string.partition(_FULCIO)
        if not known or not isinstance(extension.value, UnrecognizedExtension):
            continue
        if number not in _READ:
            continue
        try:
            value, rest = decode(extension.value.value, UTF8String())
        except (PyAsn1Error, UnicodeDecodeError) as error:
            raise NotVerified("an extension of the certificate cannot be read") from error
        if rest or not str(value).isprintable():
            raise NotVerified("an extension of the certificate is no line of text")
        found[int(number)] = str(value)
    return found


def _subject(certificate: "Certificate") -> str:
    from cryptography.x509 import (
        ExtensionNotFound,
        RFC822Name,
        SubjectAlternativeName,
        UniformResourceIdentifier,
    )

    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    except ExtensionNotFound:
        return ""
    for kind in (UniformResourceIdentifier, RFC822Name):
        if values := names.get_values_for_type(kind):
            return str(values[0])
    return ""
