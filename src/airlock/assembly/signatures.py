"""Compositions of what verifies and makes OpenPGP signatures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import now
from airlock.errors import InvalidPolicy, MissingExtra, NotVerified, UsageError
from airlock.policy import Policy
from airlock.policy.openpgp import Pin

if TYPE_CHECKING:
    from airlock.evidence.openpgp import Certificate, OpenPgp
    from airlock.pinning import Pinning


def openpgp() -> "OpenPgp":
    """Return what verifies OpenPGP signatures, or says that nothing does."""
    if find_spec("pysequoia") is None:
        from airlock.evidence.openpgp import NoOpenPgp

        return NoOpenPgp()
    from airlock.evidence.openpgp.sequoia import Sequoia

    return Sequoia()


def pinning(
    policy_file: Path | None, rules: Policy, more: Sequence[Path] = (), *, reads: bool = False
) -> "Pinning":
    """Return what knows whose signatures count.

    Args:
        policy_file: beside which certificates are named, or ``None`` for the built-in policy.
        rules: of the policy.
        more: files with certificates that count for everything.
        reads: whether signatures are to be read also where nobody's counts.

    Raises:
        InvalidPolicy: if a certificate that the policy names cannot be read.
        UsageError: if one of the others cannot.
        MissingExtra: if there are certificates, and nothing here reads them.
    """
    from airlock.evidence.openpgp import NoOpenPgp
    from airlock.pinning import Pinning, by_fingerprint

    if not rules.openpgp and not more:
        return Pinning(openpgp() if reads else NoOpenPgp(), (), {}, now)
    verifies = openpgp()
    folder = policy_file.parent if policy_file else Path.cwd()
    named = sorted({folder / path for pin in rules.openpgp for path in pin.certificates})
    known = [one for path in named for one in _read(path, verifies, InvalidPolicy)]
    given = [one for path in more for one in _read(path, verifies, UsageError)]
    pins = list(rules.openpgp)
    if given:
        counted = tuple(sorted(one.fingerprint for one in given))
        pins.append(Pin(projects=("*",), fingerprints=counted))
    return Pinning(verifies, pins, by_fingerprint([*known, *given]), now)


def _read(path: Path, verifies: "OpenPgp", error: type[UsageError]) -> "tuple[Certificate, ...]":
    try:
        return verifies.read_certificates(path.read_bytes())
    except OSError as trouble:
        raise error(f"the certificate {path} cannot be read: {trouble.strerror}") from trouble
    except NotVerified as trouble:
        raise error(f"{path}: {trouble}") from trouble


def sign_openpgp(
    paths: Iterable[Path], key: Path, passphrase: Callable[[], str]
) -> Iterator[tuple[Path, str]]:
    """Write the detached signature of each file beside it; yield it, and whose certificate it is.

    Args:
        paths: of the files.
        key: a file with a secret key.
        passphrase: asked for at most once, and only if the key is protected.

    Raises:
        UsageError: if the key cannot be used, or a signature not be written.
        MissingExtra: if nothing here signs.
    """
    signer, password = openpgp(), ""
    try:
        secret = key.read_bytes()
        for path in paths:
            try:
                signature, fingerprint = signer.sign(secret, password, path)
            except MissingExtra:
                raise
            except UsageError:
                if password:
                    raise
                password = passphrase()
                signature, fingerprint = signer.sign(secret, password, path)
            beside = path.with_name(f"{path.name}.asc")
            beside.write_bytes(signature)
            yield beside, fingerprint
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be used: {error.strerror}") from error
