"""Packs the tree of an example into the archive that an index would serve.

- Packing is deterministic: the same tree gives the same bytes.
- What is in the tree is packed as it is, right or wrong; only what is missing is added.
"""

import base64
import bz2
import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from airlock.model import ArtifactKind, ArtifactName

_DATE = (2026, 11, 23, 12, 0, 0)


def pack_sdist(
    folder: Path,
    tree: Mapping[str, bytes],
    *,
    filename: str = "example-1.0.tar.gz",
    complete: bool = True,
) -> Path:
    """Write a source distribution of a tree into a folder; return its path.

    Everything goes under ``<name>-<version>/``; a missing PKG-INFO is added if ``complete``. The
    file name's ending decides between gzip, bzip2 and zip.
    """
    suffix = next(end for end in ArtifactName.SDIST_SUFFIXES if filename.endswith(end))
    root = filename.removesuffix(suffix)
    files = dict(tree)
    if complete:
        files.setdefault("PKG-INFO", _core_metadata(ArtifactName.parse(filename)))
    rooted = {f"{root}/{path}": data for path, data in files.items()}
    path = folder / filename
    if suffix == ".zip":
        path.write_bytes(_zip(rooted))
    elif suffix == ".tar.bz2":
        path.write_bytes(bz2.compress(_tar(rooted)))
    else:
        path.write_bytes(gzip.compress(_tar(rooted), mtime=0))
    return path


def pack_wheel(
    folder: Path,
    tree: Mapping[str, bytes],
    *,
    filename: str = "example-1.0-py3-none-any.whl",
    complete: bool = True,
) -> Path:
    """Write a wheel of a tree into a folder; return its path.

    What is missing of METADATA, WHEEL and RECORD is added if ``complete``, in the tree's own
    ``.dist-info`` or else in the one that the file name asks for.
    """
    name = ArtifactName.parse(filename)
    if name.kind is not ArtifactKind.WHEEL:
        raise ValueError(f"{filename} is not the name of a wheel")
    files = dict(tree)
    if complete:
        own = {path.split("/")[0] for path in files if path.split("/")[0].endswith(".dist-info")}
        info = min(own, default="-".join(filename.split("-")[:2]) + ".dist-info")
        files.setdefault(f"{info}/METADATA", _core_metadata(name))
        files.setdefault(f"{info}/WHEEL", _wheel_metadata(filename))
        files.setdefault(f"{info}/RECORD", _record(files, f"{info}/RECORD"))
    path = folder / filename
    path.write_bytes(_zip(files))
    return path


def _core_metadata(name: ArtifactName) -> bytes:
    stem = name.filename.split("-")[0] if name.kind is ArtifactKind.WHEEL else name.project
    return f"Metadata-Version: 2.1\nName: {stem}\nVersion: {name.version}\n".encode()


def _wheel_metadata(filename: str) -> bytes:
    tag = "-".join(filename.removesuffix(".whl").split("-")[-3:])
    pure = "true" if tag.endswith("-none-any") else "false"
    return f"Wheel-Version: 1.0\nGenerator: example\nRoot-Is-Purelib: {pure}\nTag: {tag}\n".encode()


def _record(files: Mapping[str, bytes], path: str) -> bytes:
    lines = [f"{name},sha256={_record_digest(data)},{len(data)}" for name, data in files.items()]
    return "\n".join([*lines, f"{path},,", ""]).encode()


def _record_digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def _tar(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()
