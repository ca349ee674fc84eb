"""A model in the form of torch: a pickle inside a zip."""

import io
import zipfile
from pathlib import Path

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("model/data.pkl", b"\x80\x02crunpy\nrun_path\n(X\x01\0\0\0xtR.")
    data = stream.getvalue()
    return pack_wheel(folder, {"example/__init__.py": b"", "example/model.pth": data})
