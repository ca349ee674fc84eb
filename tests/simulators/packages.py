"""Builders of artifacts that pip and uv install as they are.

::

    filename, data = make_wheel("flask", "1.0", {"flask/__init__.py": "x = 1"}, requires=["click"])
    filename, data = make_sdist("flask", "1.0", {"flask/__init__.py": "x = 1"})
    upstream.add(*make_build_backend())  # what the sdists of make_sdist need to be built

The same arguments give the same bytes.
"""

import gzip
import io
import re
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.simulators import example_backend


def make_wheel(  # noqa: PLR0913
    name: str,
    version: str,
    files: Mapping[str, bytes | str] | None = None,
    *,
    requires: Iterable[str] = (),
    requires_python: str | None = None,
    tag: str = "py3-none-any",
    entry_points: str = "",
) -> tuple[str, bytes]:
    """Return the file name and the bytes of a wheel; METADATA, WHEEL and RECORD are right.

    Without ``files`` it holds one small module. Paths may lead into ``….data/`` and
    ``….dist-info/``. ``entry_points`` is the text of ``entry_points.txt``.
    """
    content = _bytes_of(_default_files(name, version) if files is None else files)
    if entry_points:
        stem = f"{_underscored(name)}-{version}"
        content[f"{stem}.dist-info/entry_points.txt"] = entry_points.encode()
    metadata = make_metadata(name, version, requires, requires_python)
    return example_backend.pack(metadata, content, tag)


def make_sdist(  # noqa: PLR0913
    name: str,
    version: str,
    files: Mapping[str, bytes | str] | None = None,
    *,
    setup_py: str | None = None,
    requires: Iterable[str] = (),
    requires_python: str | None = None,
) -> tuple[str, bytes]:
    """Return the file name and the bytes of a source distribution (``.tar.gz``).

    Without ``setup_py`` it is built by the backend of ``make_build_backend``, which the index then
    has to offer; with it, it has no ``pyproject.toml`` and is built by whatever setuptools the
    installer finds. A ``pyproject.toml`` among ``files`` takes the place of both.
    """
    content = _bytes_of(_default_files(name, version) if files is None else files)
    content["PKG-INFO"] = make_metadata(name, version, requires, requires_python).encode()
    if setup_py is not None:
        content["setup.py"] = setup_py.encode()
    else:
        content.setdefault("pyproject.toml", _PYPROJECT.encode())
    stem = f"{_underscored(name)}-{version}"
    stream = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=stream, mode="wb", filename="", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, data in content.items():
            member = tarfile.TarInfo(f"{stem}/{path}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return f"{stem}.tar.gz", stream.getvalue()


def make_build_backend() -> tuple[str, bytes]:
    """Return the wheel of the build backend that the sdists of ``make_sdist`` ask for."""
    code = Path(example_backend.__file__).read_bytes()
    return make_wheel("example-backend", "1.0", {"example_backend.py": code})


def make_metadata(
    name: str, version: str, requires: Iterable[str] = (), requires_python: str | None = None
) -> str:
    """Return core metadata 2.1, as METADATA and PKG-INFO hold it."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Summary: An example called {name}."]
    lines += [f"Requires-Python: {requires_python}"] if requires_python else []
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    return "\n".join([*lines, ""])


_PYPROJECT = '[build-system]\nrequires = ["example-backend"]\nbuild-backend = "example_backend"\n'


def _default_files(name: str, version: str) -> dict[str, bytes | str]:
    return {f"{_underscored(name)}/__init__.py": f'__version__ = "{version}"\n'}


def _bytes_of(files: Mapping[str, bytes | str]) -> dict[str, bytes]:
    return {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}


def _underscored(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name).lower()
