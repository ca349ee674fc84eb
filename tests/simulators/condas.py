"""Packages of conda, made when a test asks for them, in both forms."""

import bz2
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backports import zstd

_DATE = (2026, 11, 23, 12, 0, 0)
PACKAGE = "anchor-1.0-pyh1234567_0.conda"


def stem_of(filename: str) -> str:
    """Return the name of a package without its ending."""
    return filename.removesuffix(".conda").removesuffix(".tar.bz2")


def description(
    files: Mapping[str, bytes], filename: str, index: Mapping[str, Any] | None = None
) -> dict[str, bytes]:
    """Return the files that describe a package, by their paths in it."""
    name, version, build = stem_of(filename).rsplit("-", 2)
    about = {"name": name, "version": version, "build": build, "build_number": 0, "depends": []}
    rows = [
        {
            "_path": path,
            "path_type": "hardlink",
            "sha256": hashlib.sha256(data).hexdigest(),
            "size_in_bytes": len(data),
        }
        for path, data in sorted(files.items())
    ]
    return {
        "info/index.json": json.dumps({**about, **(index or {})}).encode(),
        "info/paths.json": json.dumps({"paths": rows, "paths_version": 1}).encode(),
        "info/files": "".join(f"{path}\n" for path in sorted(files)).encode(),
        "info/recipe/meta.yaml": b"package: {}\n",
    }


def make_conda(  # noqa: PLR0913 - what packages differ in
    folder: Path,
    files: Mapping[str, bytes],
    filename: str = PACKAGE,
    *,
    index: Mapping[str, Any] | None = None,
    unlisted: Mapping[str, bytes] | None = None,
    stray: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a package; return its path.

    Args:
        folder: to write into.
        files: by their paths in the prefix.
        filename: of the package; its ending decides on the form.
        index: what ``info/index.json`` says otherwise.
        unlisted: files that ``info/paths.json`` does not list, or with other bytes.
        stray: members of the zip in neither tar, or in the place of one.
    """
    info, path, stem = description(files, filename, index), folder / filename, stem_of(filename)
    own = {**files, **(unlisted or {})}
    if filename.endswith(".tar.bz2"):
        path.write_bytes(bz2.compress(tar_of({**info, **own})))
        return path
    parts = {
        "metadata.json": b'{"conda_pkg_format_version": 2}',
        f"pkg-{stem}.tar.zst": zstd.compress(tar_of(own)),
        f"info-{stem}.tar.zst": zstd.compress(tar_of(info)),
        **(stray or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, date_time=_DATE), data)
    return path


def tar_of(files: Mapping[str, bytes]) -> bytes:
    """Return an uncompressed tar of files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()
