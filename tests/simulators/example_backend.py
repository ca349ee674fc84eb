"""A build backend (PEP 517) of the standard library only, and what ``packages`` packs wheels with.

``packages.make_build_backend`` ships this very file as a wheel, so that pip and uv can build the
simulated source distributions in isolation without leaving loopback.
"""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

_NOT_INSTALLED = {"PKG-INFO", "pyproject.toml", "setup.py", "setup.cfg", "README.md"}


def build_wheel(
    wheel_directory: str,
    config_settings: object = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the wheel of the source tree in the working directory."""
    here = Path()
    files = {
        path.as_posix(): path.read_bytes()
        for path in sorted(here.rglob("*"))
        if path.is_file() and path.as_posix() not in _NOT_INSTALLED
    }
    filename, data = pack(Path("PKG-INFO").read_text(encoding="utf-8"), files)
    Path(wheel_directory, filename).write_bytes(data)
    return filename


def pack(metadata: str, files: Mapping[str, bytes], tag: str = "py3-none-any") -> tuple[str, bytes]:
    """Return the file name and the bytes of a wheel with these files and this METADATA."""
    stem = "-".join(_field(metadata, field) for field in ("Name", "Version"))
    info = f"{stem}.dist-info"
    wheel = f"Wheel-Version: 1.0\nGenerator: example\nRoot-Is-Purelib: true\nTag: {tag}\n"
    members = {
        **files,
        f"{info}/METADATA": metadata.encode(),
        f"{info}/WHEEL": wheel.encode(),
    }
    rows = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in members.items()]
    members[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in members.items():
            # One fixed time, so that the same content gives the same digest.
            member = zipfile.ZipInfo(path, (2020, 2, 2, 0, 0, 0))
            member.external_attr = 0o644 << 16
            archive.writestr(member, data, zipfile.ZIP_DEFLATED)
    return f"{stem}-{tag}.whl", stream.getvalue()


def _field(metadata: str, field: str) -> str:
    found = re.search(rf"^{field}: (.+)$", metadata, re.MULTILINE)
    if not found:
        raise ValueError(f"PKG-INFO has no {field}")
    return re.sub(r"[-_.]+", "_", found[1]).lower() if field == "Name" else found[1]


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
