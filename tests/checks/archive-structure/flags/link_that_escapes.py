"""A source distribution with a link to a file of the machine that unpacks it."""

import io
import tarfile
from pathlib import Path


def build(folder: Path) -> Path:
    path = folder / "example-1.0.tar.gz"
    link = tarfile.TarInfo("example-1.0/README")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("example-1.0/PKG-INFO"), io.BytesIO())
        archive.addfile(link)
    return path
