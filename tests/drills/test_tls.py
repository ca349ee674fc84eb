"""With a root in hand, TLS decides nothing: not plain HTTP, not a trusted hostile certificate."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from airlock.errors import NotVerified, UpstreamUnavailable
from airlock.trust.client import TrustClient
from airlock.trust.fetching import BoundedFetcher
from tests.drills.conftest import Ground, Note
from tests.simulators.mirror import Mirror
from tests.simulators.upstream_server import Answer

FLASK = "files/flask/flask-1.0.tar.gz"


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Return an authority that the client is told to trust, and a server that it vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    authority, secret = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, secret)
    return authority, context


@pytest.mark.parametrize("over", ["http", "tls"])
def test_hostile_mirror_gains_nothing(ground: Ground, note: Note, over: str) -> None:
    authority, context = certificate(ground.folder)
    mirror = Mirror(
        ground.workspace, dict(ground.mirror.targets), context if over == "tls" else None
    )
    mirror.start()
    fetcher = BoundedFetcher(certificates=str(authority))
    try:
        client = TrustClient(mirror.url, ground.root, ground.folder / "cache", fetcher)
        assert client.fetch(FLASK).read_bytes() == b"flask itself"
        # Now the mirror shows its face.
        for path in (ground.folder / "cache" / "targets").iterdir():
            path.unlink()
        mirror.targets[FLASK] = b"flask itselF"
        with pytest.raises(NotVerified) as tampered:
            client.fetch(FLASK)
        note(f"hostile mirror over {over}: another file", tampered.value)
        spoilt = (mirror.honest("metadata/timestamp.json") or b"").replace(b'"ver', b'"veR', 1)
        mirror.changed["metadata/timestamp.json"] = Answer(body=spoilt)
        with pytest.raises(NotVerified) as refused:
            client.refresh()
        note(f"hostile mirror over {over}: another timestamp", refused.value)
    finally:
        fetcher.close()
        mirror.stop()


def test_certificate_of_a_stranger_is_not_taken_either(ground: Ground, note: Note) -> None:
    _, context = certificate(ground.folder)
    mirror = Mirror(ground.workspace, dict(ground.mirror.targets), context)
    mirror.start()
    try:
        with (
            TrustClient(mirror.url, ground.root, ground.folder / "cache") as client,
            pytest.raises(UpstreamUnavailable) as raised,
        ):
            client.refresh()
        note("certificate that nobody trusts", raised.value)
    finally:
        mirror.stop()
