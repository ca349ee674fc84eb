"""Debian's gpg with a home of its own; every key is made when a test asks for it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

PAST = "20200101T000000"
"""A time at which keys can be made that have expired since."""


def require_gpg() -> None:
    """Skip a test where there is no gpg; on CI it fails."""
    if shutil.which("gpg") is None:
        if os.environ.get("CI"):
            pytest.fail("gpg is not installed: scripts/debian-packages")
        pytest.skip("gpg is not installed")


class Gnupg:
    """One user of gpg."""

    def __init__(self) -> None:
        require_gpg()
        # Not below pytest's folder: the sockets of the agent need a short path.
        self.passphrase = ""
        self.home = Path(tempfile.mkdtemp(prefix="gpg-"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        subprocess.run(
            ["gpgconf", "--homedir", str(self.home), "--kill", "all"], check=False, timeout=60
        )
        shutil.rmtree(self.home, ignore_errors=True)

    def run(self, *arguments: str | Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run gpg; never raises for its exit code."""
        base = ["gpg", "--homedir", str(self.home), "--batch", "--yes", "--quiet"]
        base += ["--pinentry-mode", "loopback", "--passphrase", self.passphrase]
        return subprocess.run(
            [*base, *map(str, arguments)], input=given, capture_output=True, timeout=60, check=False
        )

    def _done(self, *arguments: str | Path, given: bytes = b"") -> bytes:
        done = self.run(*arguments, given=given)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def make_key(
        self, name: str, *, kind: str = "ed25519", ends: str = "never", at: str = ""
    ) -> str:
        """Make a key that signs; return its fingerprint in lower case."""
        user = f"{name} <{name}@airlock.example>"
        time = ["--faked-system-time", at] if at else []
        self._done(*time, "--quick-generate-key", user, kind, "sign", ends)
        return self.fingerprint(name)

    def fingerprint(self, name: str) -> str:
        """Return the fingerprint of somebody's certificate."""
        listed = self._done("--with-colons", "--list-keys", f"{name}@airlock.example").decode()
        return next(line.split(":")[9] for line in listed.splitlines() if line[:3] == "fpr").lower()

    def export(self, name: str, *, secret: bool = False, armour: bool = True) -> bytes:
        """Return somebody's certificate, or secret key."""
        what = "--export-secret-keys" if secret else "--export"
        style = ["--armor"] if armour else []
        return self._done(*style, what, f"{name}@airlock.example")

    def sign(self, name: str, path: Path, *options: str, at: str = "") -> bytes:
        """Return a detached signature of a file."""
        time = ["--faked-system-time", at] if at else []
        who = ["--local-user", f"{name}@airlock.example"]
        return self._done(*time, *options, *who, "--armor", "--output", "-", "--detach-sign", path)

    def revoke(self, name: str) -> None:
        """Revoke somebody's certificate, as its owner."""
        fingerprint = self.fingerprint(name).upper()
        made = (self.home / f"openpgp-revocs.d/{fingerprint}.rev").read_text()
        # gpg keeps it with a colon before its first line, so that nobody imports it by accident.
        self._done("--import", given=made.replace(":-----BEGIN", "-----BEGIN").encode())

    def import_(self, certificate: bytes) -> None:
        """Take somebody's certificate into the ring."""
        self._done("--import", given=certificate)

    def verifies(self, signature: Path, path: Path) -> bool:
        """Tell whether gpg takes a signature for good."""
        return self.run("--verify", signature, path).returncode == 0
