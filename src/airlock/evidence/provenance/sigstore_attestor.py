"""Verifies attestations by sigstore and pypi-attestations, offline, by an embedded trusted root.

- The libraries do the cryptography; this module holds what they return to every rule of PEP 740
  ("Attestation verification") and gives each that is broken a sentence of its own.
- Every log entry that comes along is verified, not only the first.
- Nothing is imported before something is verified: a scan of a file pays nothing for it.
- The root is the one inside of the library, or a file of the operator's; nothing is loaded or
  written, neither over the network nor into a cache of the user's.
"""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from airlock.errors import NotVerified, UsageError
from airlock.evidence.provenance.certificates import Certified, certified
from airlock.evidence.provenance.interface import (
    LARGEST_BYTES,
    MOST_ATTESTATIONS,
    Accepts,
    Attestor,
    Candidate,
)
from airlock.evidence.provenance.spelling import check_spelling
from airlock.evidence.provenance.statements import check_statement
from airlock.model.provenance import Attested, Identity

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from pypi_attestations import Attestation, Publisher
    from sigstore.verify import Verifier

_EMBEDDED = "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev/trusted_root.json"
_PAYLOAD_TYPE = "application/vnd.in-toto+json"
_MOST_ENTRIES = 4
_SENSELESS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, Warning)
"""Warnings, too, where they are errors: of certificates that no CA makes."""


class SigstoreAttestor(Attestor):
    """Verifies by a trusted root. May be used by several threads.

    Args:
        trusted_root: a file (``TrustedRoot`` of sigstore's protobuf specifications, in JSON);
            ``None`` for the root of the public instance that is inside of the library.
    """

    def __init__(self, trusted_root: Path | None = None) -> None:
        self._root = trusted_root
        self._turn = threading.Lock()

    def verify_provenance(self, document: bytes, candidate: Candidate) -> tuple[Attested, ...]:
        """Verify a provenance object; see ``Attestor.verify_provenance``."""
        from pydantic import ValidationError
        from pypi_attestations import Provenance

        raw = _json(document)
        try:
            provenance = Provenance.model_validate(raw)
        except (ValidationError, RecursionError) as error:
            raise NotVerified(
                f"this is no provenance object of PEP 740: {_first(error)}"
            ) from error
        # The library takes a missing one for 1; the PEP asks for it.
        if raw.get("version") != 1:
            raise NotVerified("the provenance object is of no version, or not of version 1")
        bundles = raw["attestation_bundles"]
        if not bundles or sum(len(one["attestations"]) for one in bundles) > MOST_ATTESTATIONS:
            raise NotVerified(f"not from 1 to {MOST_ATTESTATIONS} attestations")
        found: list[Attested] = []
        for bundle, given in zip(provenance.attestation_bundles, bundles, strict=True):
            accepts = _of_publisher(bundle.publisher)
            found += self._of_list(bundle.attestations, given["attestations"], candidate, accepts)
        return tuple(_placed(found, [one["publisher"] for one in bundles], bundles))

    def verify_attestations(
        self, document: bytes, candidate: Candidate, accepts: Accepts
    ) -> tuple[Attested, ...]:
        """Verify a list of attestation objects; see ``Attestor.verify_attestations``."""
        from pydantic import TypeAdapter, ValidationError
        from pypi_attestations import Attestation

        raw = _json(document)
        try:
            given = TypeAdapter(list[Attestation]).validate_python(raw)
        except (ValidationError, RecursionError) as error:
            raise NotVerified(
                f"this is no list of attestations of PEP 740: {_first(error)}"
            ) from error
        if not 1 <= len(given) <= MOST_ATTESTATIONS:
            raise NotVerified(f"not from 1 to {MOST_ATTESTATIONS} attestations")

        def check(found: Certified, _certificate: "Certificate") -> str:
            return accepts(found.identity)

        return tuple(self._of_list(given, raw, candidate, check))

    def _of_list(
        self,
        given: "list[Attestation]",
        raw: list[Any],
        candidate: Candidate,
        accepts: "Callable[[Certified, Certificate], str]",
    ) -> list[Attested]:
        found: list[Attested] = []
        for attestation, as_written in zip(given, raw, strict=True):
            one = self._verified(attestation, as_written, candidate, accepts)
            if any(one.predicate is other.predicate for other in found):
                raise NotVerified(f"there are two attestations of the kind {one.predicate}")
            found.append(one)
        if not found:
            raise NotVerified("a bundle has no attestation")
        return found

    def _verified(
        self,
        attestation: "Attestation",
        as_written: dict[str, Any],
        candidate: Candidate,
        accepts: "Callable[[Certified, Certificate], str]",
    ) -> Attested:
        check_spelling(as_written)
        entries = attestation.verification_material.transparency_entries
        if len(entries) > _MOST_ENTRIES:
            raise NotVerified(f"more than {_MOST_ENTRIES} transparency log entries")
        certificate = _certificate(attestation)
        who = _Whoever(accepts)
        for entry in entries:
            _check_time(entry, certificate)
            self._verify(attestation, entry, who)
        predicate = check_statement(attestation.envelope.statement, candidate)
        if who.found is None:
            raise NotVerified("the certificate was not held against anybody")
        first = entries[0]
        return Attested(
            predicate=predicate,
            identity=who.found.identity,
            logged_at=_time(first),
            log_index=int(first["logIndex"]),
            ref=who.found.ref,
            commit=who.found.commit,
        )

    def _verify(self, attestation: "Attestation", entry: Any, who: "_Whoever") -> None:
        from cryptography.x509 import DuplicateExtension, InvalidVersion
        from pydantic import ValidationError
        from pypi_attestations import AttestationError, VerificationMaterial
        from sigstore.errors import Error

        material = VerificationMaterial.model_construct(
            certificate=attestation.verification_material.certificate,
            transparency_entries=[entry],
        )
        alone = attestation.model_copy(update={"verification_material": material})
        try:
            kind, _ = self._verifier.verify_dsse(alone.to_bundle(), who)
        except (Error, AttestationError, ValidationError) as error:
            raise NotVerified(f"it does not verify: {_first(error)}") from error
        except (*_SENSELESS, DuplicateExtension, InvalidVersion) as error:
            # The libraries have not promised what they raise at hostile certificates and notes.
            raise NotVerified(f"it cannot be read: {type(error).__name__}: {error}") from error
        if kind != _PAYLOAD_TYPE:
            raise NotVerified(f"the envelope holds {kind[:80]!r}, not a statement of in-toto")

    @cached_property
    def _verifier(self) -> "Verifier":
        from pydantic import ValidationError
        from sigstore.errors import Error
        from sigstore.models import TrustedRoot
        from sigstore.verify import Verifier

        with self._turn:
            try:
                if self._root is not None:
                    return Verifier(trusted_root=TrustedRoot.from_file(str(self._root)))
                embedded = resources.files("sigstore._store").joinpath(_EMBEDDED)
                with resources.as_file(embedded) as path:
                    return Verifier(trusted_root=TrustedRoot.from_file(str(path)))
            except (OSError, ValueError, ValidationError, Error) as error:
                where = self._root or "the trusted root of sigstore"
                raise UsageError(f"{where} cannot be used: {_first(error)}") from error


class _Whoever:
    """A policy of sigstore's that asks who somebody is, and refuses who is not expected."""

    def __init__(self, accepts: "Callable[[Certified, Certificate], str]") -> None:
        self._accepts = accepts
        self.found: Certified | None = None

    def verify(self, cert: "Certificate") -> None:
        """Refuse an identity that cannot be read, or is not expected."""
        self.found = certified(cert)
        if trouble := self._accepts(self.found, cert):
            raise NotVerified(trouble)


def _of_publisher(publisher: "Publisher") -> "Callable[[Certified, Certificate], str]":
    """Return what accepts a publisher that a provenance object names."""
    from cryptography.x509 import ExtensionNotFound
    from sigstore.errors import VerificationError

    policy = publisher._as_policy()  # noqa: SLF001 - of our own verifier; there is no public way

    def accepts(found: Certified, certificate: "Certificate") -> str:
        try:
            policy.verify(certificate)
        except (VerificationError, ExtensionNotFound, ValueError):
            named = publisher.model_dump(exclude={"kind"}, exclude_none=True)
            told = ", ".join(str(value) for value in named.values())
            return (
                f"it was signed by {found.identity.label}, not by the publisher that the index "
                f"names ({publisher.kind}: {told[:200]})"
            )
        return ""

    return accepts


def _placed(
    found: list[Attested], publishers: list[dict[str, Any]], bundles: list[dict[str, Any]]
) -> Iterator[Attested]:
    """Yield the attestations with the environments that the index names."""
    import msgspec

    names = [
        str(publisher.get("environment") or "")
        for publisher, bundle in zip(publishers, bundles, strict=True)
        for _ in bundle["attestations"]
    ]
    for one, environment in zip(found, names, strict=True):
        if not environment.isprintable():
            raise NotVerified("the environment that the index names is no line of text")
        placed: Identity = msgspec.structs.replace(one.identity, environment=environment)
        yield msgspec.structs.replace(one, identity=placed)


def _certificate(attestation: "Attestation") -> "Certificate":
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(attestation.verification_material.certificate)
    except (*_SENSELESS, x509.InvalidVersion) as error:
        raise NotVerified(f"the certificate cannot be read: {error}") from error


def _check_time(entry: Any, certificate: "Certificate") -> None:
    """Make sure that the log took the entry in while the certificate was valid.

    Raises:
        NotVerified: if it did not.
    """
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    at = _time(entry)
    if not begin <= at <= end:
        raise NotVerified(
            f"the log took it in at {at:%Y-%m-%d %H:%M:%S}Z, when its certificate was not valid "
            f"({begin:%Y-%m-%d %H:%M:%S}Z to {end:%Y-%m-%d %H:%M:%S}Z)"
        )


def _time(entry: Any) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(int(entry["integratedTime"]), dt.UTC)
    except (OverflowError, OSError, ValueError, KeyError, TypeError) as error:
        raise NotVerified("the log entry says no time") from error


def _json(document: bytes) -> Any:
    if len(document) > LARGEST_BYTES:
        raise NotVerified(f"more than {LARGEST_BYTES:,} bytes")
    try:
        return json.loads(document, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotVerified(f"this is no JSON: {error}") from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def _first(error: Exception) -> str:
    """Return the first line of an error that says something, in at most 300 characters."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3])[:300] or type(error).__name__
