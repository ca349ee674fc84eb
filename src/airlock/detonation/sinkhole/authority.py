"""Certificates for every name, by an authority that exists for one detonation."""

import datetime as dt
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from airlock import scratch

_DAYS = 3650
_MOST_CONTEXTS = 2_000
_LONGEST_COMMON_NAME = 64


class Authority:
    """Signs a certificate for whatever name is asked for.

    Args:
        now: in UTC; certificates hold from a year before, so that a moved clock accepts them.
    """

    def __init__(self, now: dt.datetime) -> None:
        self._begin = now - dt.timedelta(days=365)
        self._end = now + dt.timedelta(days=_DAYS)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Harbour Root R3")])
        self._own = self._signed(self._name, self._key.public_key(), None)
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    @property
    def pem(self) -> bytes:
        """The authority's own certificate."""
        return self._own.public_bytes(serialization.Encoding.PEM)

    def context(self, name: str) -> ssl.SSLContext:
        """Return the context of a server of that name."""
        with self._lock:
            if name not in self._contexts:
                if len(self._contexts) >= _MOST_CONTEXTS:
                    self._contexts.clear()
                self._contexts[name] = self._make(name)
            return self._contexts[name]

    def server(self, fallback: str) -> ssl.SSLContext:
        """Return a context that takes the name from what the client asks for.

        Args:
            fallback: for clients that ask for none.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._load(context, fallback)

        def choose(socket: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: object) -> None:
            if name:
                socket.context = self.context(name)

        context.sni_callback = choose
        return context

    def _make(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._load(context, name)
        return context

    def _load(self, context: ssl.SSLContext, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, name[:_LONGEST_COMMON_NAME] or "host")]
        )
        certificate = self._signed(subject, key.public_key(), name or "host")
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with scratch.folder("authority") as folder:
            path = folder / "chain.pem"
            path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
            context.load_cert_chain(path)

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, host: str | None
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._begin)
            .not_valid_after(self._end)
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            names = x509.SubjectAlternativeName([_general(host)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _general(host: str) -> x509.GeneralName:
    import ipaddress

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host.encode("ascii", "ignore").decode() or "host")
