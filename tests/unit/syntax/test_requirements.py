"""What setup.py says that the package needs, computed without running it."""

import pytest

from airlock.archive.declared import Declared, Use
from tests.unit.syntax.memory import SETUP, program_of

REQUIREMENTS = "alpha>=1\n# a remark\n\nbeta[extra]==2 ; python_version > '3'\n"


_THROUGH_A_FUNCTION = """
import os
here = os.path.abspath(os.path.dirname(__file__))
def read(name):
    with open(os.path.join(here, name)) as stream:
        return stream.read()
setup(install_requires=read('requirements.txt').split('\\n'))
"""


def _needed(code: str) -> list[str]:
    tree = {
        SETUP: f"from setuptools import setup\n{code}\n",
        "example-1.0/requirements.txt": REQUIREMENTS,
        "example-1.0/example/__init__.py": "__version__ = '1.0'\n",
    }
    return [one.text for one in program_of(tree).requirements]


@pytest.mark.parametrize(
    "code",
    [
        "setup(install_requires=['alpha', 'beta'])",
        "setup(install_requires='alpha\\nbeta')",
        "needed = ['alpha']\nneeded += ['be' + 'ta']\nsetup(install_requires=needed)",
        "needed = ['alpha']\nneeded.append('beta')\nsetup(install_requires=needed)",
        "base = ('alpha',)\nsetup(install_requires=[*base, 'beta'])",
        "config = dict(name='example', install_requires=['alpha', 'beta'])\nsetup(**config)",
        "config = {'install_requires': ['alpha', 'beta']}\nsetup(name='example', **config)",
        "def needed():\n    return 'alpha beta'.split()\nsetup(install_requires=needed())",
        "setup(install_requires=[n.lower() for n in ('ALPHA', 'BETA')])",
        "import base64\nsetup(install_requires=base64.b64decode('YWxwaGEKYmV0YQ==').decode())",
    ],
)
def test_a_list_is_computed(code: str) -> None:
    assert _needed(code) == ["alpha", "beta"]


@pytest.mark.parametrize(
    "code",
    [
        "setup(install_requires=open('requirements.txt').read())",
        "setup(install_requires=open('requirements.txt').readlines())",
        "with open('requirements.txt') as f:\n    n = f.read()\nsetup(install_requires=n)",
        "setup(install_requires=[line.strip() for line in open('requirements.txt')])",
        "from pathlib import Path as P\nsetup(install_requires=P('requirements.txt').read_text())",
        _THROUGH_A_FUNCTION,
        "n = []\nfor line in open('requirements.txt'):\n    n += [line]\nsetup(install_requires=n)",
    ],
)
def test_a_list_is_read_from_a_file_of_the_archive(code: str) -> None:
    assert _needed(code) == ["alpha>=1", "beta[extra]==2 ; python_version > '3'"]


def test_both_ways_of_a_branch_are_told() -> None:
    code = "import sys\nif sys.platform == 'win32':\n    n = ['alpha']\nelse:\n    n = ['beta']\n"
    assert _needed(code + "setup(install_requires=n)") == ["alpha", "beta"]


def test_what_a_requirement_is_for_is_told() -> None:
    code = (
        "from setuptools import setup\nsetup(setup_requires=['a'], extras_require={'x': ['b']}, "
        "dependency_links=['https://host.invalid/c'])"
    )
    assert program_of({SETUP: code}).requirements == (
        Declared("a", SETUP, Use.BUILD),
        Declared("https://host.invalid/c", SETUP, Use.LINK),
        Declared("b", SETUP, Use.EXTRA),
    )


def test_what_is_not_known_is_left_out() -> None:
    code = (
        "import os\nsetup(install_requires=[os.environ['WHAT'] + '==1', f'alpha{os.sep}', 'beta'])"
    )
    assert "beta" in _needed(code)
    assert not any(text.startswith("{") for text in _needed(code))
