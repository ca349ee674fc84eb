"""A signing service like Sigstore's, in memory: its own CA, logs and trusted root, made anew.

    service = SigningService()
    service.trusted_root(tmp_path)                       # a file for SigstoreAttestor
    given = service.attest(Workload(), "a-1.0.tar.gz", data)     # one attestation of PEP 740
    service.provenance([given])                          # a provenance object, as JSON

Certificates have the profile of Fulcio's with an embedded SCT (RFC 6962), log entries that of Rekor
v1: kind ``dsse``, a promise (SET), an inclusion proof and a signed checkpoint. Every part can be
made wrong by an argument of ``attest``, so that a test can ask which sentence comes of it.
"""

import base64
import datetime as dt
import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import msgspec
import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from pypi_attestations import AttestationType

GITHUB = "https://token.actions.githubusercontent.com"
GITLAB = "https://gitlab.com"
PUBLISH: str = AttestationType.PYPI_PUBLISH_V1.value
SLSA: str = AttestationType.SLSA_PROVENANCE_V1.value
SIGNED_AT = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

_FULCIO = "1.3.6.1.4.1.57264.1."
_SCT_LIST = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_ORIGIN = "rekor.staging.example - 4711"
_TREE_SIZE = 7
_LEAF = 3


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """The workflow that signs."""

    repository: str = "acme/tool"
    workflow: str = "release.yml"
    ref: str = "refs/tags/v1.0"
    commit: str = "0123456789abcdef0123456789abcdef01234567"
    issuer: str = GITHUB
    host: str = "https://github.com"
    owner_id: str = "4711"

    @property
    def config(self) -> str:
        """The address of the workflow, as certificates have it."""
        folder = "//" if self.issuer == GITLAB else "/.github/workflows/"
        return f"{self.host}/{self.repository}{folder}{self.workflow}@{self.ref}"

    @property
    def publisher(self) -> dict[str, Any]:
        """What a provenance object says of it."""
        if self.issuer == GITLAB:
            return {
                "kind": "GitLab",
                "repository": self.repository,
                "workflow_filepath": self.workflow,
                "environment": None,
            }
        return {
            "kind": "GitHub",
            "repository": self.repository,
            "workflow": self.workflow,
            "environment": None,
        }


GITLAB_WORKLOAD = Workload(issuer=GITLAB, host="https://gitlab.com", workflow=".gitlab-ci.yml")


class SigningService:
    """A CA, a certificate log and a transparency log with keys of their own."""

    def __init__(self) -> None:
        self._ca_key = ec.generate_private_key(ec.SECP256R1())
        self._ct_key = ec.generate_private_key(ec.SECP256R1())
        self._log_key = ec.generate_private_key(ec.SECP256R1())
        self._ca = self._make_ca()

    def trusted_root(self, folder: Path) -> Path:
        """Write the trusted root into a folder and return its path."""
        since = {"start": "2020-01-01T00:00:00Z"}
        authority = {
            "subject": {"organization": "staging.example", "commonName": "staging"},
            "uri": "https://fulcio.staging.example",
            "certChain": {"certificates": [{"rawBytes": _b64(_der(self._ca))}]},
            "validFor": since,
        }
        document = {
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "tlogs": [_log("https://rekor.staging.example", self._log_key, since)],
            "certificateAuthorities": [authority],
            "ctlogs": [_log("https://ct.staging.example", self._ct_key, since)],
            "timestampAuthorities": [],
        }
        path = folder / "trusted_root.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    def attest(  # noqa: PLR0913 - each part can be made wrong
        self,
        workload: Workload,
        filename: str,
        data: bytes,
        *,
        predicate_type: str = PUBLISH,
        predicate: object = None,
        subjects: list[dict[str, Any]] | None = None,
        signed_at: dt.datetime = SIGNED_AT,
        logged_at: dt.datetime | None = None,
        statement: bytes | None = None,
        **claims: str,
    ) -> dict[str, Any]:
        """Return one attestation of a file.

        Args:
            workload: who signs.
            filename: the subject.
            data: the bytes of the file.
            predicate_type: of the statement.
            predicate: of the statement.
            subjects: in place of the one subject.
            signed_at: when the certificate is made, which is worth something for ten minutes.
            logged_at: when the log takes it in; by default a second later.
            statement: in place of everything of the statement.
            claims: of the certificate in place of the workload's, as ``oid_18="…"``.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certify(key, workload, signed_at, claims)
        digest = hashlib.sha256(data).hexdigest()
        payload = (
            statement
            or json.dumps(
                {
                    "_type": "https://in-toto.io/Statement/v1",
                    "subject": subjects
                    if subjects is not None
                    else [{"name": filename, "digest": {"sha256": digest}}],
                    "predicateType": predicate_type,
                    "predicate": predicate if predicate_type == PUBLISH or predicate else {},
                },
                separators=(",", ":"),
            ).encode()
        )
        signature = key.sign(_pae(payload), ec.ECDSA(hashes.SHA256()))
        logged = logged_at or signed_at + dt.timedelta(seconds=1)
        return {
            "version": 1,
            "verification_material": {
                "certificate": _b64(_der(certificate)),
                "transparency_entries": [self._entry(payload, signature, certificate, logged)],
            },
            "envelope": {"statement": _b64(payload), "signature": _b64(signature)},
        }

    @staticmethod
    def provenance(
        attestations: list[dict[str, Any]], publisher: dict[str, Any] | None = None
    ) -> bytes:
        """Return a provenance object with one bundle."""
        bundle = {
            "publisher": publisher or Workload().publisher,
            "attestations": attestations,
        }
        return json.dumps({"version": 1, "attestation_bundles": [bundle]}).encode()

    def _make_ca(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "staging")])
        public = self._ca_key.public_key()
        usage = dict.fromkeys(_USAGES, False) | {"key_cert_sign": True, "crl_sign": True}
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
            .not_valid_after(dt.datetime(2040, 1, 1, tzinfo=dt.UTC))
            .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self._ca_key, hashes.SHA256())
        )

    def _certify(
        self,
        key: ec.EllipticCurvePrivateKey,
        workload: Workload,
        at: dt.datetime,
        claims: dict[str, str],
    ) -> x509.Certificate:
        serial = x509.random_serial_number()
        without = self._builder(key, workload, at, serial, claims)
        draft = without.sign(self._ca_key, hashes.SHA256())
        scts = x509.UnrecognizedExtension(_SCT_LIST, self._sct_list(draft, at))
        return without.add_extension(scts, critical=False).sign(self._ca_key, hashes.SHA256())

    def _builder(
        self,
        key: ec.EllipticCurvePrivateKey,
        workload: Workload,
        at: dt.datetime,
        serial: int,
        claims: dict[str, str],
    ) -> x509.CertificateBuilder:
        said = {
            8: workload.issuer,
            12: f"{workload.host}/{workload.repository}",
            13: workload.commit,
            14: workload.ref,
            17: workload.owner_id,
            18: workload.config,
        } | {int(name.removeprefix("oid_")): value for name, value in claims.items()}
        usage = dict.fromkeys(_USAGES, False) | {"digital_signature": True}
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self._ca.subject)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(at)
            .not_valid_after(at + dt.timedelta(minutes=10))
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._ca_key.public_key()),
                critical=False,
            )
            .add_extension(
                x509.SubjectAlternativeName([x509.UniformResourceIdentifier(workload.config)]),
                critical=True,
            )
        )
        for number, text in said.items():
            value = b"\x0c" + _der_length(len(text.encode())) + text.encode()
            oid = ObjectIdentifier(f"{_FULCIO}{number}")
            builder = builder.add_extension(x509.UnrecognizedExtension(oid, value), critical=False)
        return builder

    def _sct_list(self, draft: x509.Certificate, at: dt.datetime) -> bytes:
        """Return the extension with one signed certificate timestamp (RFC 6962, 3.3)."""
        issuer = hashlib.sha256(_spki(self._ca_key)).digest()
        tbs = draft.tbs_certificate_bytes
        entry = issuer + len(tbs).to_bytes(3) + tbs
        millis = int(at.timestamp() * 1000)
        signed = struct.pack("!BBQH", 0, 0, millis, 1) + entry + b"\0\0"
        signature = self._ct_key.sign(signed, ec.ECDSA(hashes.SHA256()))
        sct = b"\0" + hashlib.sha256(_spki(self._ct_key)).digest() + millis.to_bytes(8) + b"\0\0"
        sct += b"\x04\x03" + len(signature).to_bytes(2) + signature
        listed = len(sct).to_bytes(2) + sct
        value = len(listed).to_bytes(2) + listed
        return b"\x04" + _der_length(len(value)) + value

    def _entry(
        self, payload: bytes, signature: bytes, certificate: x509.Certificate, at: dt.datetime
    ) -> dict[str, Any]:
        body = _canonical_body(payload, signature, certificate)
        log_id = hashlib.sha256(_spki(self._log_key)).digest()
        promise = rfc8785.dumps(
            {
                "body": _b64(body),
                "integratedTime": int(at.timestamp()),
                "logID": log_id.hex(),
                "logIndex": 1000 + _LEAF,
            }
        )
        root, path = _tree(body)
        return {
            "logIndex": str(1000 + _LEAF),
            "logId": {"keyId": _b64(log_id)},
            "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(int(at.timestamp())),
            "inclusionPromise": {"signedEntryTimestamp": _b64(self._sign_log(promise))},
            "inclusionProof": {
                "logIndex": str(_LEAF),
                "rootHash": _b64(root),
                "treeSize": str(_TREE_SIZE),
                "hashes": [_b64(one) for one in path],
                "checkpoint": {"envelope": self._checkpoint(root, log_id)},
            },
            "canonicalizedBody": _b64(body),
        }

    def _checkpoint(self, root: bytes, log_id: bytes) -> str:
        note = f"{_ORIGIN}\n{_TREE_SIZE}\n{_b64(root)}\n"
        signed = _b64(log_id[:4] + self._sign_log(note.encode()))
        return f"{note}\n— {_ORIGIN.partition(' - ')[0]} {signed}\n"

    def _sign_log(self, data: bytes) -> bytes:
        return self._log_key.sign(data, ec.ECDSA(hashes.SHA256()))


_USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def _canonical_body(payload: bytes, signature: bytes, certificate: x509.Certificate) -> bytes:
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    spec: dict[str, Any] = {
        "envelopeHash": {"algorithm": "sha256", "value": "0" * 64},
        "payloadHash": {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()},
        "signatures": [{"signature": _b64(signature), "verifier": _b64(pem)}],
    }
    return rfc8785.dumps({"apiVersion": "0.0.1", "kind": "dsse", "spec": spec})


def _tree(body: bytes) -> tuple[bytes, list[bytes]]:
    """Return the root of a log with this entry among others, and the path to it (RFC 6962, 2.1)."""
    leaves = [
        hashlib.sha256(b"\0" + (body if number == _LEAF else b"%d" % number)).digest()
        for number in range(_TREE_SIZE)
    ]

    def root(nodes: list[bytes]) -> bytes:
        if len(nodes) == 1:
            return nodes[0]
        half = 1 << ((len(nodes) - 1).bit_length() - 1)
        return hashlib.sha256(b"\1" + root(nodes[:half]) + root(nodes[half:])).digest()

    def path(index: int, nodes: list[bytes]) -> list[bytes]:
        if len(nodes) == 1:
            return []
        half = 1 << ((len(nodes) - 1).bit_length() - 1)
        if index < half:
            return [*path(index, nodes[:half]), root(nodes[half:])]
        return [*path(index - half, nodes[half:]), root(nodes[:half])]

    return root(leaves), path(_LEAF, leaves)


def _log(url: str, key: ec.EllipticCurvePrivateKey, valid: dict[str, str]) -> dict[str, Any]:
    return {
        "baseUrl": url,
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": _b64(_spki(key)),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": valid,
        },
        "logId": {"keyId": _b64(hashlib.sha256(_spki(key)).digest())},
    }


def _pae(payload: bytes) -> bytes:
    kind = b"application/vnd.in-toto+json"
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _der_length(length: int) -> bytes:
    if length < 128:
        return bytes([length])
    size = (length.bit_length() + 7) // 8
    return bytes([0x80 | size]) + length.to_bytes(size)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
