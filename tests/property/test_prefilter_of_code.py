"""A file without a word of interest is left alone, and loses nothing by it.

The prefilter is taken out, so that every file is parsed and every function followed: the findings
of every check of code must be the same, on all examples and on sources put together at random.
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airlock import assembly, vetting
from airlock.archive import Limits
from airlock.model import Outcome
from airlock.syntax import library
from airlock.syntax.words import Hits, find_words
from tests.checks.harness import NOW, Case, load_cases, pack_sdist, run_case

_CASES = [case for case in load_cases() if case.check.startswith("code-")]


class _Everything(Hits, frozen=True):
    """Hits in every line, of a file that may do anything."""

    @property
    def strong(self) -> bool:
        """True."""
        return True


def _everything(data: bytes) -> Hits:
    found = find_words(data)
    lines = tuple(range(1, data.count(b"\n") + 2))
    return _Everything(lines, lines, found.words, found.mentions, found.spoken)


def _told(outcome: Outcome) -> object:
    return outcome.status, outcome.reason, sorted(map(repr, outcome.findings))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.id)
def test_an_example_has_the_same_findings_without(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run_case(case)
    monkeypatch.setattr(library, "find_words", _everything)
    assert _told(run_case(case)) == _told(before)


_LINES = """
import os, sys, json
from collections import OrderedDict
from .pier import Ship, berth
import subprocess
import base64
import socket
import requests
import urllib.request
VALUE = "https://host.invalid/a"
TABLE = {"a": 1, "b": [1, 2, 3]}
text = "".join(sorted(str(TABLE)))
ship = Ship(text)
berth(VALUE, text)
data = base64.b64decode("cHJpbnQoMSk=" * 9)
host = socket.gethostname()
exec(data)
os.system(text)
subprocess.run(["true", VALUE])
requests.post(VALUE, data=host)
got = urllib.request.urlopen(VALUE).read()
for key in TABLE: text += key
if len(text) > 3: print(text)
with open("notes.txt") as stream: text = stream.read()
open("notes.txt", "w").write(text)
""".strip().split("\n")
_BODIES = st.lists(st.sampled_from(_LINES), max_size=7)


@st.composite
def _modules(draw: st.DrawFn) -> str:
    """Return a module: statements, a function and a class, some of them called."""
    top, inside, method = draw(_BODIES), draw(_BODIES), draw(_BODIES)
    lines = [*top, "def berth(*given):", *(f"    {line}" for line in inside), "    return given"]
    lines += ["class Ship:", "    def __init__(self, name):", "        self.name = name"]
    lines += ["    def sail(self):", *(f"        {line}" for line in method), "        pass"]
    lines += draw(st.lists(st.sampled_from(["berth(VALUE)", "Ship('a').sail()", "x = 1"])))
    return "\n".join(lines) + "\n"


def _findings(path: Path) -> list[object]:
    checks, facts = assembly.examination_kit()
    artifact = vetting.identify(path)
    outcomes = vetting.examine(artifact, path, checks, facts(NOW), Limits())
    return [_told(outcome) for outcome in outcomes if outcome.check.startswith("code-")]


@settings(max_examples=40)
@given(_modules(), _modules(), _modules())
def test_a_source_has_the_same_findings_without(first: str, second: str, setup: str) -> None:
    tree = {"setup.py": setup, "a/__init__.py": first, "a/pier.py": second}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        path = pack_sdist(Path(folder), {name: text.encode() for name, text in tree.items()})
        before = _findings(path)
        patched.setattr(library, "find_words", _everything)
        assert _findings(path) == before
