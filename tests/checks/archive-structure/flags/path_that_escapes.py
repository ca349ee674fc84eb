"""A source distribution with a path that leads out of the folder it is unpacked in."""

import io
import tarfile
from pathlib import Path


def build(folder: Path) -> Path:
    path = folder / "example-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in ("example-1.0/PKG-INFO", "example-1.0/../../example.txt"):
            archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    return path
