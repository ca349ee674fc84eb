"""Archives among the data of a package: read, and nothing odd."""

import gzip
import io
import zipfile
from pathlib import Path

from tests.checks.packing import pack_sdist


def build(folder: Path) -> Path:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("inner.py", "VALUE = 1\n")
    tree = {
        "tests/data/inner.zip": buffer.getvalue(),
        "tests/data/table.csv.gz": gzip.compress(b"a,b\n", mtime=0),
    }
    return pack_sdist(folder, tree)
