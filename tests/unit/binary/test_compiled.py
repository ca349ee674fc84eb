"""Bytecode of any version, read without an interpreter and written down as source text."""

import ast
import marshal
import sys

import pytest

from airlock.binary.compiled import missing, read_bare, read_compiled, source_path
from airlock.binary.instructions import guess_version, version_of
from airlock.binary.marshalled import BrokenMarshal, read_code
from airlock.binary.transcript import transcribe
from tests.checks.compiling import compiled, marshalled
from tests.unit.binary.compiled_samples import SAMPLES


@pytest.mark.parametrize("version", SAMPLES)
def test_every_version_is_read(version: tuple[int, int]) -> None:
    found = read_compiled(SAMPLES[version])
    assert found.problem == ""
    assert found.version == version
    assert found.code is not None
    assert found.code.filename == "small.py"
    assert {"os", "base64", "Helper", "b64decode"} <= set(found.code.names)
    assert guess_version(found.code) == version or found.code.layout != "3.11"


@pytest.mark.parametrize("version", SAMPLES)
def test_every_version_is_written_down(version: tuple[int, int]) -> None:
    code = read_compiled(SAMPLES[version]).code
    assert code is not None
    text = transcribe(code, version)
    ast.parse(text)
    for expected in (
        "import os as os",
        "import base64 as base64",
        "class Helper(object):",
        "    def run(self, word):",
        "        return os.system(word)",
        "exec(base64.b64decode('cHJpbnQoMSk=')",
        "Helper().run(('true %s' % os.sep))",
    ):
        assert expected in text


SOURCES = {
    "imports": (
        "import a.b.c\n"
        "import a.b as d\n"
        "from e import f as g, h\n"
        "from . import i\n"
        "from ..j import k\n"
    ),
    "calls": "f(1, *a, b=2, **c)\nf(x=1)\nf()(2)[3](4)\na.b.c(d.e)\n",
    "literals": "x = [1, (2, 3), {4, 5}, {'a': 6, **b}]\ny = f'{x!r:>{w}} and {z}'\n",
    "slices": "a = b[1:2]\na[::2] = c\ndel a[0]\nd = e[f, g]\n",
    "classes": (
        "class A(B, metaclass=C):\n"
        "    x = 1\n"
        "    def m(self, *a, k=1, **kw):\n"
        "        return super().m()\n"
    ),
    "decorators": "@d(1)\ndef f(a, /, b, *, c):\n    yield a\n    return b\n",
    "control": (
        "for a in b:\n    if a:\n        continue\n    while c(a):\n        break\nelse:\n    d()\n"
    ),
    "errors": "try:\n    a()\nexcept B as e:\n    c(e)\nelse:\n    d()\nfinally:\n    f()\n",
    "context": "with open('a') as f, b():\n    f.write(c)\n",
    "closures": (
        "def f(a):\n"
        "    def g():\n"
        "        nonlocal a\n"
        "        a = lambda: a\n"
        "        return a\n"
        "    return g\n"
    ),
    "comprehensions": (
        "a = [b(c) for c in d if e(c)]\nf = {g: h for g, h in i}\nj = (k for k in l)\n"
    ),
    "async": (
        "async def f():\n"
        "    async with a as b:\n"
        "        await c(b)\n"
        "    async for d in e():\n"
        "        yield d\n"
    ),
    "operators": (
        "a = b + c * d ** e\n"
        "f = not g and (h or i)\n"
        "j = k if l else m\n"
        "n = o is not p in q\n"
        "r @= ~s\n"
    ),
    "matches": (
        "match a:\n    case {'b': [c, *d]}:\n        e(c)\n    case F(g=1):\n        h()\n"
    ),
    "globals": "def f():\n    global a\n    a = b\n    del a\n",
    "assertion": "assert a, b\nraise C from d\n",
    "unpacking": "a, (b, *c) = d\ne = *f, g\n",
    "walrus": "if (a := b()) > 1:\n    c(a)\n",
    "large": "x = " + "9" * 5000 + "\n",
    "empty": "",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_what_is_written_down_is_source_text(source: str) -> None:
    sys.set_int_max_str_digits(6000)
    code = read_code(marshalled(source))
    text = transcribe(code)
    ast.parse(text)
    calls = {node.func.id for node in ast.walk(ast.parse(source)) if is_call(node)}  # type: ignore[attr-defined]
    assert all(f"{name}(" in text for name in calls)


def is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def test_what_stands_under_a_condition_stays_there() -> None:
    text = transcribe(read_code(marshalled("if __name__ == '__main__':\n    run()\nstop()\n")))
    lines = text.splitlines()
    assert lines.index("    run()") == lines.index("if (__name__ == '__main__'):") + 1
    assert "stop()" in lines


def test_values_of_every_type_are_read() -> None:
    value = (
        None,
        True,
        1,
        -(2**40),
        1.5,
        2j,
        "é",
        b"\0",
        (1, (2,)),
        frozenset({3}),
        ...,
        "x" * 300,
    )
    code = read_code(marshalled(f"value = {value[:9]!r}\nother = {value[10:]!r}\n"))
    spelled = transcribe(code)
    for one in ("-1099511627776", "1.5", "'é'", "b'\\x00'", "Ellipsis"):
        assert one in spelled


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c",
        b"\xe3",
        marshalled("x = 1")[:30],
        b"(" + (2**31 - 1).to_bytes(4, "little"),
        b"(\1\0\0\0" * 5000,
        b"r\0\0\0\0",
        b"l\xff\xff\xff\x7f",
        b"u\xff\xff\xff\xff",
        marshal.dumps([1, 2, 3]),
        marshal.dumps({"a": 1}),
    ],
)
def test_what_is_no_code_object_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenMarshal):
        read_code(data)


def test_headers() -> None:
    assert read_compiled(compiled("x = 1", unchecked=True)).unchecked
    assert not read_compiled(compiled("x = 1")).unchecked
    assert read_compiled(b"\x01\x02\r\n" + bytes(20)).problem
    assert read_compiled(b"garbage").problem
    assert read_bare(marshalled("x = 1")).code is not None
    assert read_bare(b"garbage").problem
    assert version_of(3495) == (3, 11)
    assert version_of(62211) == (2, 7)
    assert version_of(12) is None


@pytest.mark.parametrize(
    ("path", "source", "cached"),
    [
        ("a/b.pyc", "a/b.py", False),
        ("b.pyo", "b.py", False),
        ("a/__pycache__/b.cpython-311.pyc", "a/b.py", True),
        ("__pycache__/b.cpython-312.opt-1.pyc", "b.py", True),
        (
            "a/__pycache__/b.cpython-312-pytest-8.0.0.pyc",
            "a/b.py",
            True,
        ),
    ],
)
def test_where_the_source_is(path: str, source: str, cached: bool) -> None:
    assert source_path(path) == (source, cached)


def test_what_a_source_does_not_have() -> None:
    source = (
        "import os\n\n\nclass A:\n    __x = os.sep\n\n    def f(self):\n        return self.__x\n"
    )
    same = read_code(marshalled(source))
    assert missing(same, source) == ()
    assert missing(same, source.replace("os.sep", "'/'")) == ("sep",)
    told = read_code(marshalled("x = 'https://collect.example/gate'\n"))
    assert missing(told, "x = 'harmless'\n") == ("https://collect.example/gate",)
    assert missing(told, "x = 'https://' + 'collect.example' + '/gate'\n") == ()
