"""The statement of an attestation, held to the file that it has to be about (PEP 740).

Exactly one subject, whose name is the file's when both are taken apart, and whose SHA-256 is the
file's; a predicate that an index takes.
"""

import json
import re
from typing import Any

from airlock.errors import NotVerified
from airlock.evidence.provenance.interface import Candidate
from airlock.model.provenance import Predicate

_STATEMENT = "https://in-toto.io/Statement/v1"
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def check_statement(payload: bytes, candidate: Candidate) -> Predicate:
    """Return the predicate of a statement, if the statement is about the file.

    Raises:
        NotVerified: naming the rule that is broken.
    """
    statement = _statement(payload)
    subjects = statement.get("subject")
    if not isinstance(subjects, list) or len(subjects) != 1 or not isinstance(subjects[0], dict):
        raise NotVerified("the statement has not exactly one subject")
    _check_subject(subjects[0], candidate)
    type_url = statement.get("predicateType")
    predicate = _predicate(type_url)
    if predicate is None:
        raise NotVerified(f"the predicate {str(type_url)[:120]!r} is none that an index takes")
    _check_predicate(predicate, statement.get("predicate"))
    return predicate


def _statement(payload: bytes) -> dict[str, Any]:
    try:
        statement = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise NotVerified(f"the statement is no JSON: {error}") from error
    if not isinstance(statement, dict) or statement.get("_type") != _STATEMENT:
        raise NotVerified("the statement is none of in-toto, version 1")
    return statement


def _check_subject(subject: dict[str, Any], candidate: Candidate) -> None:
    name, digests = subject.get("name"), subject.get("digest")
    if not isinstance(name, str) or not name:
        raise NotVerified("the subject of the statement has no name")
    if _taken_apart(name) != _taken_apart(candidate.filename):
        raise NotVerified(f"the statement is about {name[:120]!r}, not about {candidate.filename}")
    digest = digests.get("sha256") if isinstance(digests, dict) else None
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        raise NotVerified("the subject of the statement has no SHA-256")
    if digest != candidate.sha256:
        raise NotVerified(
            f"the statement is about other bytes: SHA-256 {digest}, not {candidate.sha256}"
        )


def _check_predicate(predicate: Predicate, value: object) -> None:
    # The publish predicate is empty: {} or null ("PyPI Publish Attestation (v1)").
    if predicate is Predicate.PUBLISH and value not in (None, {}):
        raise NotVerified("a publish attestation says more than it may: its predicate is not empty")
    if predicate is Predicate.SLSA and not isinstance(value, dict):
        raise NotVerified("the SLSA provenance is no object")


def _taken_apart(filename: str) -> tuple[Any, ...]:
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)
        return parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename, ValueError) as error:
        raise NotVerified(f"{filename[:120]!r} is not the name of a file of a release") from error


def _predicate(type_url: object) -> Predicate | None:
    """Return the predicate of a type; ``None`` if it is none that an index takes (PEP 740)."""
    from pypi_attestations import AttestationType

    taken = {
        AttestationType.PYPI_PUBLISH_V1.value: Predicate.PUBLISH,
        AttestationType.SLSA_PROVENANCE_V1.value: Predicate.SLSA,
    }
    return taken.get(type_url) if isinstance(type_url, str) else None
