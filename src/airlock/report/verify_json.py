"""The JSON document of ``verify``: schema 1, described by docs/reference/verify.schema.json.

Within a schema number fields are only ever added.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from airlock import __version__
from airlock.model import PolicyVersion
from airlock.report.json import target_document
from airlock.report.proofs import Proof, Verification
from airlock.report.results import Unexamined

SCHEMA = 1


def render_verify_json(results: Iterable[Verification], policy: PolicyVersion) -> str:
    """Return the document, indented, with a final line feed."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "airlock", "version": __version__},
        "policy": {"name": policy.name, "version": policy.version},
        "files": [_file(result) for result in results],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _file(result: Verification) -> dict[str, Any]:
    if isinstance(result, Unexamined):
        return {"verified": False, "proofs": [], "target": target_document(result)}
    return {
        "verified": result.code == 0,
        "proofs": [_proof(proof) for proof in result.proofs],
        "target": target_document(result.verdict),
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "kind": proof.kind,
        "state": proof.state.value,
        "summary": proof.summary,
        "facts": [{"name": name, "value": value} for name, value in proof.facts],
    }
