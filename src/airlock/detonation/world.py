"""Everything that can be seen inside and is not the system's: a home, settings, baits."""

import contextlib
import csv
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from airlock.detonation.bubblewrap import INSIDE_ID
from airlock.detonation.interface import Plan

_COPIED = ("ld.so.cache", "os-release", "debian_version", "mime.types", "protocols", "services")
_SHOWN_FOLDERS = ("alternatives",)
_MOST_MODULES = 150
_LARGEST_RECORD_BYTES = 16 * 1024 * 1024
_HOST_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
_FOLDERS = ("home", "tmp", "shm", "etc/ssl/certs", "site", "empty", "tools")
_CODE = (".py", ".so", ".pyc")


def build_world(plan: Plan, world: Path, authority: bytes) -> None:
    """Make the folders that the sandbox shows.

    Args:
        plan: of the detonation.
        world: an empty folder.
        authority: the sinkhole's certificate.
    """
    for name in _FOLDERS:
        (world / name).mkdir(parents=True)
    for name in ("tmp", "shm"):
        (world / name).chmod(0o1777)
    _settings(plan, world / "etc")
    known = _read(Path(_HOST_AUTHORITIES))
    (world / "authorities.pem").write_bytes(known + b"\n" + authority)
    shutil.copy(world / "authorities.pem", world / "etc/ssl/certs/ca-certificates.crt")
    for tool in (Path(plan.work) / "tools").iterdir():
        shutil.copy(tool, world / "tools" / tool.name)
    _pip(plan, world)
    _baits(plan, world / "home")


def trust_within(world: Path, authority: bytes) -> None:
    """Let packages that bring their own authorities trust the sinkhole's, too."""
    for path in (world / "home").glob(".local/lib/python*/site-packages/certifi/cacert.pem"):
        with contextlib.suppress(OSError):
            path.write_bytes(_read(path) + b"\n" + authority)


def write_steps(world: Path, modules: Sequence[str], mark: str, *, execute: bool) -> str:
    """Write down what is to be imported or called; return where it is seen inside."""
    name = "calls.json" if execute else "modules.json"
    told = {"modules": list(modules), "execute": execute, "mark": mark}
    (world / "tools" / name).write_text(json.dumps(told), encoding="utf-8")
    return name


def installed_modules(world: Path, user_site: str, project: str) -> list[str]:
    """Return the modules of an installed project by its RECORD, packages before what is in them."""
    site = world / "home" / user_site
    found: set[str] = set()
    for record in site.glob("*.dist-info/RECORD"):
        name = record.parent.name.removesuffix(".dist-info").rpartition("-")[0]
        if canonicalize_name(name) == project:
            found.update(_modules(record))
    return sorted(found, key=lambda name: (name.count("."), name))[:_MOST_MODULES]


def _modules(record: Path) -> Iterator[str]:
    text = _read(record)[:_LARGEST_RECORD_BYTES].decode("utf-8", "replace")
    with contextlib.suppress(csv.Error):
        for row in csv.reader(text.splitlines()):
            if row and row[0].endswith(_CODE) and not row[0].startswith(("..", "/")):
                parts = row[0].split("/")
                parts[-1] = parts[-1].partition(".")[0]
                parts = parts[:-1] if parts[-1] == "__init__" else parts
                if parts and all(part.isidentifier() for part in parts) and "__main__" not in parts:
                    yield ".".join(parts)


def _settings(plan: Plan, etc: Path) -> None:
    header = plan.header
    user = f"{header.user}:x:{INSIDE_ID}:{INSIDE_ID}:{header.user}:{header.home}:/bin/bash"
    texts = {
        "passwd": f"root:x:0:0:root:/root:/bin/bash\n{user}\n",
        "group": f"root:x:0:\n{header.user}:x:{INSIDE_ID}:\n",
        "hosts": f"127.0.0.1 localhost\n127.0.1.1 {header.host}\n",
        "hostname": f"{header.host}\n",
        "resolv.conf": "nameserver 10.0.0.2\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\n",
        "machine-id": f"{header.sha256[:32]}\n",
    }
    for name, text in texts.items():
        (etc / name).write_text(text, encoding="utf-8")
    for name in _COPIED:
        if (Path("/etc") / name).is_file():
            (etc / name).write_bytes(_read(Path("/etc") / name))
    for name in (*_SHOWN_FOLDERS, *(one.name for one in Path("/etc").glob("python3*"))):
        if (Path("/etc") / name).is_dir():
            (etc / name).mkdir()


def _pip(plan: Plan, world: Path) -> None:
    """Put pip where the interpreter finds it; nothing else of the host's packages is there."""
    source = Path(plan.work) / "site"
    if source.is_dir():
        for entry in source.iterdir():
            target = world / "site" / entry.name
            if entry.is_dir():
                shutil.copytree(entry, target, symlinks=True)
            else:
                shutil.copy(entry, target)


def _baits(plan: Plan, home: Path) -> None:
    for bait in plan.header.baits:
        if bait.path:
            path = home / bait.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bait.content)
            path.chmod(0o600 if bait.secret else 0o644)
    for folder in (".ssh", ".aws"):
        if (home / folder).is_dir():
            (home / folder).chmod(0o700)
    (home / ".bashrc").write_text("# ~/.bashrc\nalias ll='ls -l'\n", encoding="utf-8")
    (home / ".profile").write_text("# ~/.profile\n", encoding="utf-8")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def usable_bytes(path: Path) -> int:
    """Return how large the file system of a folder is."""
    facts = os.statvfs(path)
    return facts.f_blocks * facts.f_frsize
