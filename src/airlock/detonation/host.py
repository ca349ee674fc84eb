"""What this host can do for a detonation, and which interpreter is used inside."""

import functools
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from airlock.detonation import notify
from airlock.detonation.bubblewrap import Bubblewrap
from airlock.errors import DetonationError, UnsafeHost

NOBODY = 65534
_SYSTEM_PYTHON = "/usr/bin/python3"
_FAKETIME = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
)
_QUESTION = """
import json, site, ssl, sys, sysconfig
paths = ssl.get_default_verify_paths()
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "prefix": sys.base_prefix,
    "sites": list(dict.fromkeys([sysconfig.get_path("purelib"), *site.getsitepackages()])),
    "user_site": sysconfig.get_path("purelib", "posix_user", vars={"userbase": ""}).lstrip("/"),
    "authorities": paths.openssl_cafile,
}))
"""


class Interpreter(msgspec.Struct, frozen=True, kw_only=True):
    """A Python for the sandbox."""

    path: str = ""
    version: str
    prefix: str
    sites: tuple[str, ...]
    """Where it looks for packages."""
    user_site: str
    """Below the user's ``.local``."""
    authorities: str | None

    @property
    def readable(self) -> tuple[str, ...]:
        """Folders besides ``/usr`` that it needs."""
        return () if self.prefix in ("/usr", "/usr/local") else (self.prefix,)


class Ability(msgspec.Struct, frozen=True):
    """One part that a detonation needs, or can use."""

    name: str
    missing: str
    """What is missing and how to get it; empty if it is there."""
    needed: bool = True


def abilities() -> Iterator[Ability]:
    """Yield every part, with what is missing."""
    platform = "" if sys.platform == "linux" else "Linux; other systems have no such namespaces"
    yield Ability("Linux", platform)
    yield Ability("bubblewrap", Bubblewrap().missing())
    without, instead = _program("strace"), notify.missing()
    yield Ability("strace", without, needed=bool(instead))
    yield Ability("seccomp notifications", instead, needed=bool(without))
    yield Ability("ip", _program("ip", "iproute2"))
    nft = "nftables (apt-get install nftables); without it, only well-known ports are answered"
    yield Ability("nftables", "" if shutil.which("nft", path=_PROGRAMS) else nft, needed=False)
    yield Ability("user namespaces", _namespaces())
    for module, extra in (("cryptography", "sandbox"), ("dnslib", "sandbox"), ("pip", "")):
        yield Ability(module, _module(module, extra))
    time = "" if faketime() else "faketime (apt-get install faketime), for --deep"
    yield Ability("faketime", time, needed=False)


def require_abilities() -> None:
    """Refuse to go on where a needed part is missing.

    Raises:
        UnsafeHost: with what is missing, and how to get it.
    """
    missing = [one.missing for one in abilities() if one.needed and one.missing]
    if missing:
        raise UnsafeHost(
            f"nothing can be detonated here without {'; '.join(missing)}",
            hint="scripts/debian-packages in a checkout installs what comes from Debian.",
        )


_PROGRAMS = "/usr/sbin:/usr/bin:/sbin:/bin"


def _program(name: str, package: str = "") -> str:
    if shutil.which(name, path=_PROGRAMS):
        return ""
    return f"{name} (apt-get install {package or name})"


def _module(name: str, extra: str) -> str:
    import importlib.util

    if importlib.util.find_spec(name):
        return ""
    wanted = f"'pypi-airlock[{extra}]'" if extra else name
    return f"{name} (pip install {wanted})"


def _namespaces() -> str:
    most = Path("/proc/sys/user/max_user_namespaces")
    clone = Path("/proc/sys/kernel/unprivileged_userns_clone")
    try:
        if most.read_text(encoding="ascii").strip() == "0":
            return "user namespaces (sysctl -w user.max_user_namespaces=10000)"
        if os.getuid() and clone.exists() and clone.read_text(encoding="ascii").strip() == "0":
            return "user namespaces (sysctl -w kernel.unprivileged_userns_clone=1)"
    except OSError:
        return "user namespaces: this kernel has none"
    return ""


def faketime() -> str:
    """Return the library that moves the date, or nothing."""
    return next((path for path in _FAKETIME if Path(path).is_file()), "")


def tracer(asked: str) -> str:
    """Return the tracer that is used: the one that was asked for, or the first that is here.

    Raises:
        UnsafeHost: if the one that was asked for is not.
    """
    lacks = {"strace": _program("strace"), notify.Notify.name: notify.missing()}
    if asked and lacks[asked]:
        raise UnsafeHost(f"it cannot be watched with {asked} here without {lacks[asked]}")
    return asked or next((name for name, missing in lacks.items() if not missing), "strace")


def redirects() -> bool:
    """Tell whether every port can lead to the sinkhole."""
    return bool(shutil.which("nft", path=_PROGRAMS))


@functools.cache
def interpreter(drop_to: int | None) -> Interpreter:
    """Return the interpreter for the sandbox: the one that runs this, or else the system's.

    Args:
        drop_to: the user that the cell becomes, who must be able to read it; ``None`` for this one.

    Raises:
        DetonationError: if there is none.
    """
    own = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for path in (str(own), _SYSTEM_PYTHON):
        if drop_to is not None and not _runs_for_all(Path(path)):
            continue
        try:
            done = subprocess.run(  # noqa: S603 - an interpreter of the system
                [path, "-I", "-c", _QUESTION],
                capture_output=True,
                timeout=30,
                check=True,
            )
            facts = json.loads(done.stdout)
            return msgspec.convert({**facts, "path": path}, Interpreter)
        except (OSError, subprocess.SubprocessError, ValueError, msgspec.ValidationError):
            continue
    raise DetonationError(
        "there is no Python that the sandbox could use",
        hint=f"Install one for everybody, as {_SYSTEM_PYTHON}.",
    )


def _runs_for_all(path: Path) -> bool:
    """Tell whether every user may run a program."""
    try:
        real = path.resolve(strict=True)
        return open_to_all(real.parent) and bool(real.stat().st_mode & stat.S_IXOTH)
    except OSError:
        return False


def open_to_all(folder: Path) -> bool:
    """Tell whether every user can get to what is in a folder."""
    try:
        real = folder.resolve(strict=True)
        return all(one.stat().st_mode & stat.S_IXOTH for one in (real, *real.parents))
    except OSError:
        return False
