"""Signatures of Debian's gpg, good and bad, as the adapter sees them; and ours, as gpg does."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airlock.errors import NotVerified, UsageError
from airlock.evidence.openpgp import Certificate, Checked
from airlock.evidence.openpgp.sequoia import Sequoia
from tests.simulators.gnupg import PAST, Gnupg

NOW = dt.datetime.now(dt.UTC)
OPENPGP = Sequoia()


class Desk:
    """People with keys, and a file that they sign."""

    def __init__(self, gpg: Gnupg, folder: Path) -> None:
        self.gpg = gpg
        self.path = folder / "anchor-1.0-py3-none-any.whl"
        self.path.write_bytes(b"what was built")
        self.other = folder / "anchor-1.1-py3-none-any.whl"
        self.other.write_bytes(b"something else")
        gpg.make_key("ada")
        gpg.make_key("ben", kind="rsa3072")

    def certificate(self, name: str) -> Certificate:
        (read,) = OPENPGP.read_certificates(self.gpg.export(name))
        return read

    def verify(self, signature: bytes, *names: str, path: Path | None = None) -> Checked:
        pinned = [self.certificate(name) for name in names]
        return OPENPGP.verify(signature, path or self.path, pinned, NOW)

    def rejects(self, signature: bytes, *names: str, path: Path | None = None) -> str:
        with pytest.raises(NotVerified) as told:
            self.verify(signature, *names, path=path)
        assert "\n" not in str(told.value)
        return str(told.value)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Gnupg() as gpg:
        yield Desk(gpg, tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_a_signature_of_gpg_verifies(desk: Desk, name: str) -> None:
    (signed,) = desk.verify(desk.gpg.sign(name, desk.path), name).verified
    assert signed.fingerprint == signed.key == desk.gpg.fingerprint(name)
    assert signed.user == f"{name} <{name}@airlock.example>"
    assert abs(signed.created - NOW) < dt.timedelta(hours=1)


def test_a_signature_of_ours_verifies_with_gpg(desk: Desk, tmp_path: Path) -> None:
    secret = desk.gpg.export("ada", secret=True)
    made, fingerprint = OPENPGP.sign(secret, "", desk.path)
    assert fingerprint == desk.gpg.fingerprint("ada")
    assert made.startswith(b"-----BEGIN PGP SIGNATURE-----")
    signature = tmp_path / "made.asc"
    signature.write_bytes(made)
    assert desk.gpg.verifies(signature, desk.path)
    assert not desk.gpg.verifies(signature, desk.other)
    assert desk.verify(made, "ada").verified


def test_a_signature_by_a_subkey_counts_for_its_certificate(desk: Desk) -> None:
    fingerprint = desk.gpg.make_key("cat")
    desk.gpg.run("--quick-add-key", fingerprint, "ed25519", "sign", "never")
    (signed,) = desk.verify(desk.gpg.sign("cat", desk.path), "cat").verified
    assert signed.fingerprint == fingerprint
    assert signed.key != fingerprint


def test_two_signatures_in_one_file(desk: Desk) -> None:
    both = desk.gpg.sign("ada", desk.path, "--local-user", "ben@airlock.example")
    assert len(desk.verify(both, "ada", "ben").verified) == 2
    one = desk.verify(both, "ada")
    assert (len(one.verified), len(one.strangers)) == (1, 1)


def test_a_signature_of_another_file_is_rejected(desk: Desk) -> None:
    signature = desk.gpg.sign("ada", desk.path)
    assert "not one of this file" in desk.rejects(signature, "ada", path=desk.other)


def test_a_signature_by_nobody_who_is_pinned_is_a_stranger_s(desk: Desk) -> None:
    checked = desk.verify(desk.gpg.sign("ben", desk.path), "ada")
    assert checked == Checked((), (desk.gpg.fingerprint("ben"),))


def test_a_revoked_certificate_verifies_nothing(desk: Desk) -> None:
    desk.gpg.make_key("rex")
    signature = desk.gpg.sign("rex", desk.path)
    assert desk.verify(signature, "rex").verified
    desk.gpg.revoke("rex")
    assert "was revoked by its owner" in desk.rejects(signature, "rex")


def test_an_expired_certificate_verifies_nothing(desk: Desk) -> None:
    desk.gpg.make_key("old", ends="1y", at=PAST)
    signature = desk.gpg.sign("old", desk.path, at=PAST)
    assert "expired on 2020-12-31" in desk.rejects(signature, "old")


def test_a_signature_that_has_ended_is_rejected(desk: Desk) -> None:
    desk.gpg.make_key("eve", at=PAST)
    signature = desk.gpg.sign("eve", desk.path, "--default-sig-expire", "1y", at=PAST)
    assert "ended on 2020-12-31" in desk.rejects(signature, "eve")


def test_sha_1_is_rejected(desk: Desk) -> None:
    weak = desk.gpg.sign("ben", desk.path, "--digest-algo", "SHA1", "--allow-weak-digest-algos")
    assert "over SHA-1" in desk.rejects(weak, "ben")


@pytest.mark.parametrize("kind", ["rsa1024", "dsa1024"])
def test_short_keys_are_rejected(desk: Desk, kind: str) -> None:
    desk.gpg.make_key(kind, kind=kind)
    told = desk.rejects(desk.gpg.sign(kind, desk.path), kind)
    assert f"is {kind[:3].upper()} with 1,024 bits" in told


@pytest.mark.parametrize(
    "data",
    [b"", b"signature", b"-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"],
)
def test_what_is_no_signature_is_rejected(desk: Desk, data: bytes) -> None:
    assert "no OpenPGP signature" in desk.rejects(data, "ada") or not data
    with pytest.raises(NotVerified):
        OPENPGP.check_signature(data)


def test_what_is_signed_otherwise_is_no_detached_signature(desk: Desk) -> None:
    certificate = desk.gpg.export("ada")
    assert "no detached OpenPGP signature" in desk.rejects(certificate, "ada")
    assert "too large" in desk.rejects(certificate * 500, "ada")


def test_a_secret_key_is_not_pinned(desk: Desk) -> None:
    with pytest.raises(NotVerified, match="secret key"):
        OPENPGP.read_certificates(desk.gpg.export("ada", secret=True))
    for nothing in (b"", b"no certificate"):
        with pytest.raises(NotVerified):
            OPENPGP.read_certificates(nothing)


def test_several_certificates_in_one_file(desk: Desk) -> None:
    both = desk.gpg.export("ada") + desk.gpg.export("ben")
    found = {one.fingerprint for one in OPENPGP.read_certificates(both)}
    assert found == {desk.gpg.fingerprint("ada"), desk.gpg.fingerprint("ben")}


def test_a_key_that_cannot_sign_is_wrong_usage(desk: Desk) -> None:
    for key in (b"", b"no key", desk.gpg.export("ada")):
        with pytest.raises(UsageError, match="secret key"):
            OPENPGP.sign(key, "", desk.path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bit_of_a_signature_may_flip(desk: Desk, data: st.DataObject) -> None:
    # Behind the hashed area come what is not signed and may differ, and the numbers, which may not.
    (packet,) = _binary(desk.gpg, "ada", desk.path)
    body = bytearray(packet)
    place = data.draw(st.integers(0, 8 * len(body) - 1))
    body[place // 8] ^= 1 << place % 8
    try:
        checked = desk.verify(bytes(body), "ada")
    except NotVerified:
        return
    assert not checked.verified or _same_signature(bytes(body), packet)


def _binary(gpg: Gnupg, name: str, path: Path, known: dict[str, bytes] = {}) -> list[bytes]:  # noqa: B006
    from pysequoia.packet import PacketPile

    if name not in known:
        known[name] = bytes(next(iter(PacketPile.from_bytes(gpg.sign(name, path)))))
    return [known[name]]


def _same_signature(flipped: bytes, packet: bytes) -> bool:
    """Tell whether only the unhashed area differs, whose hints nothing is decided by."""
    hashed = int.from_bytes(packet[6:8], "big")
    start = 8 + hashed
    ends = start + 2 + int.from_bytes(packet[start : start + 2], "big") + 2
    return flipped[:start] == packet[:start] and flipped[ends:] == packet[ends:]
