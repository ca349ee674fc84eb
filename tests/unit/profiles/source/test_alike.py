"""What a build may write anew, and what it may not."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.archive.interface import MemberKind
from airlock.archive.members import HeldMember
from airlock.model import Sha256
from airlock.profiles.source.alike import alike
from airlock.profiles.source.inert import is_declarative_setup, is_stamp

STAMPED = "the version filled in"
SETUP_CFG = "setup.cfg as setuptools writes it"
SCRIPT = "a script for any interpreter"


def member(text: str) -> HeldMember:
    data = text.encode()
    made = HeldMember(path="x", kind=MemberKind.FILE, size=len(data), sha256=Sha256.of(data))
    made.hold(lambda: data)
    return made


@pytest.mark.parametrize(
    ("path", "ours", "theirs", "how"),
    [
        ("a.py", "A = 1\r\nB = 2\r\n", "A = 1\nB = 2", "line endings"),
        ("a.py", "A = 1\n__version__ = '1.2'\n", "A = 1\n__version__ = 'dev'\n", STAMPED),
        ("a.py", 'VERSION = (1, 2, "b1")\n', "VERSION = (0, 0)\n", STAMPED),
        ("a.py", "A = 1\n__version__ = '1.2'\n", "A = 1\n", STAMPED),
        ("package.json", '{"version": "1.2"}', '{"version": "0"}', ""),
        ("package.json", '{\n"version": "1.2",\n}', '{\n"version": "0",\n}', STAMPED),
        ("a.py", 'ref = " (HEAD -> main, tag: v1.2)"\n', 'ref = "$Format:%d$"\n', STAMPED),
        ("a.py", 'ref = ""; run("true")  # "\n', 'ref = "$Format:%d$"\n', ""),
        ("a.py", "__version__ = run('true')\n", "__version__ = 'dev'\n", ""),
        ("a.py", "__version__ = '1.2'; run('true')\n", "__version__ = 'dev'\n", ""),
        ("a.py", "update_url = 'https://a.example/'\n", "update_url = 'https://b.example/'\n", ""),
        ("a.py", "version_url = 'https://a.example/'\n", "version_url = ''\n", ""),
        ("a.py", "A = 2\n", "A = 1\n", ""),
        (
            "setup.cfg",
            "[a]\nb = 1\n[egg_info]\ntag_build = \ntag_date = 0\n",
            "[a]\nb=1\n",
            SETUP_CFG,
        ),
        ("setup.cfg", "[a]\nb = 2\n", "[a]\nb=1\n", ""),
        ("setup.cfg", "[egg_info]\ntag_build = dev\n", "", ""),
        (
            "pyproject.toml",
            '[project]\nversion = "1"\n',
            '[project]\ndynamic = ["version"]\n',
            STAMPED,
        ),
        ("pyproject.toml", '[tool.x]\nbuild_date = "1"\n', '[tool.x]\nbuild_date = "2"\n', ""),
        ("*.data/scripts/go", "#!python\nA = 1\n", "#!/usr/bin/env python3\nA = 1\n", SCRIPT),
        ("a.py", "A\0", "A\0\n", ""),
    ],
)
def test_two_spellings_of_one_text(path: str, ours: str, theirs: str, how: str) -> None:
    assert alike(path, member(ours), member(theirs)) == how


@given(st.text(alphabet="abcdef_'\"().,:;=#+ \t{}[]@!-1", max_size=60))
def test_no_call_passes_for_a_version(value: str) -> None:
    line = f"__version__ = {value}"
    if not alike("a.py", member(line), member("__version__ = 'dev'\n")):
        return
    try:
        module = ast.parse(line)
    except SyntaxError:
        return
    assert len(module.body) == 1
    assert not any(isinstance(node, ast.Call | ast.Attribute) for node in ast.walk(module))


@pytest.mark.parametrize(
    "text",
    [
        "__version__ = '1.2'\n",
        "version: str\n__version__ = version = '1.2'\nversion_tuple = (1, 2)\n",
        "import json\nversion_json = ''\ndef get_versions():\n    return json.loads(version_json)",
        "_tabversion = '3.10'\n_lr_method = 'LALR'\n_lr_action = {'a': [1]}\n",
    ],
)
def test_stamps(text: str) -> None:
    assert is_stamp(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "__version__ = open('x')\n",
        "import os\n__version__ = '1'\n",
        "from .payload import x\n__version__ = '1'\n",
        "version = '1'\ntimeout = 3\n",
        "version = [1 for _ in range(3)]\n",
        "version = (lambda: 1)\n",
        "def get_versions():\n    import os\n    return {}\n",
        "@run\ndef get_versions():\n    return {}\n",
        "version: open('x') = 1\n",
        "version = f'{run()}'\n",
        "version = '1'\nclass A: pass\n",
        "not python\n",
        "(" * 5000,
    ],
)
def test_what_is_no_stamp(text: str) -> None:
    assert not is_stamp(text.encode())


@pytest.mark.parametrize(
    ("text", "declares"),
    [
        ("from setuptools import setup\n\nkwargs = {'name': 'x'}\n\nsetup(**kwargs)\n", True),
        (
            "#!/usr/bin/python\nfrom distutils.core import setup\nsetup(name='x', py_modules=[])",
            True,
        ),
        ("from setuptools import setup\nfrom build import *\nsetup()\n", False),
        ("from setuptools import setup\nsetup(name=open('x').read())\n", False),
        ("from setuptools import setup\nsetup = print\nsetup()\n", False),
        ("import setuptools\nsetuptools.setup()\n", False),
    ],
)
def test_a_setup_that_declares(text: str, declares: bool) -> None:
    assert is_declarative_setup(text.encode()) is declares
