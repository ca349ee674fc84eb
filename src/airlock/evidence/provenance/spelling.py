"""There is one way to write an attestation: what is signed, and nothing beside it that varies.

Libraries read base64 with foreign characters or loose bits in it, do not hold the size of the tree
against the signed checkpoint, and look at no name beside its signature. Whoever changes such a
thing has another document that verifies all the same. What is kept and served here is what was
verified, to the last bit.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from airlock.errors import NotVerified

_LONGEST_TEXT = 4 * 1024**2
_NUMBER = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
"""Of 64 bits."""
_EM_DASH = "—"


def check_spelling(attestation: Mapping[str, Any]) -> None:
    """Make sure that the parts of an attestation object are written in the one way.

    Raises:
        NotVerified: naming the part that is not.
    """
    material, envelope = (
        _table(attestation, "verification_material"),
        _table(attestation, "envelope"),
    )
    _bytes("certificate", material.get("certificate"))
    for name in ("statement", "signature"):
        _bytes(name, envelope.get(name))
    entries = material.get("transparency_entries")
    if not isinstance(entries, list) or not entries:
        raise NotVerified("there is no transparency log entry")
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise NotVerified("a transparency log entry is no object")
        _check_entry(entry)


def _check_entry(entry: Mapping[str, Any]) -> None:
    proof = _table(entry, "inclusionProof")
    for name, value in _bytes_of_entry(entry, proof):
        _bytes(name, value)
    for name, value in (
        ("logIndex", entry.get("logIndex")),
        ("integratedTime", entry.get("integratedTime")),
        ("inclusionProof.logIndex", proof.get("logIndex")),
        ("inclusionProof.treeSize", proof.get("treeSize")),
    ):
        _number(name, value)
    _check_checkpoint(_table(proof, "checkpoint").get("envelope"), int(proof["treeSize"]))


def _bytes_of_entry(
    entry: Mapping[str, Any], proof: Mapping[str, Any]
) -> Iterator[tuple[str, object]]:
    yield "logId.keyId", _table(entry, "logId").get("keyId")
    promise = _table(entry, "inclusionPromise")
    yield "inclusionPromise.signedEntryTimestamp", promise.get("signedEntryTimestamp")
    yield "canonicalizedBody", entry.get("canonicalizedBody")
    yield "inclusionProof.rootHash", proof.get("rootHash")
    hashes = proof.get("hashes", [])
    if not isinstance(hashes, list):
        raise NotVerified("inclusionProof.hashes is no list")
    yield from (("inclusionProof.hashes", one) for one in hashes)


def _check_checkpoint(text: object, tree_size: int) -> None:
    """Hold a signed note to its form: a text, a blank line, and the log's own signature."""
    note, blank, signature = text.partition("\n\n") if isinstance(text, str) else ("", "", "")
    lines = note.split("\n")
    if not blank or len(lines) < len(("origin", "size", "root")):
        raise NotVerified("the checkpoint of the log is no signed note")
    if lines[1] != str(tree_size):
        raise NotVerified("the checkpoint of the log is of a tree of another size")
    _bytes("checkpoint", lines[2])
    dash, _, rest = signature.removesuffix("\n").partition(" ")
    name, _, signed = rest.partition(" ")
    if dash != _EM_DASH or not signature.endswith("\n") or name != lines[0].partition(" - ")[0]:
        raise NotVerified("the checkpoint of the log is not signed in the log's own name")
    _bytes("checkpoint", signed)


def _table(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = parent.get(name)
    if not isinstance(value, Mapping):
        raise NotVerified(f"{name} is missing")
    return value


def _bytes(name: str, value: object) -> None:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise NotVerified(f"{name} is missing, or endless")
    try:
        decoded = base64.b64decode(value.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotVerified(f"{name} is not written as base64 is: {error}") from error
    # Signers of Python's write it in lines, as MIME has it.
    if value.encode() not in {base64.b64encode(decoded), base64.encodebytes(decoded)}:
        raise NotVerified(f"{name} is not written as base64 is")


def _number(name: str, value: object) -> None:
    # Protobuf's JSON form writes 64-bit numbers as text; some write small ones as numbers.
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise NotVerified(f"{name} is no number")
