"""What can be computed without running code is computed: the data that ``exec`` is given."""

import ast
import base64
import bz2
import codecs
import gzip
import lzma
import zlib

import pytest

from airlock.syntax import Deed, Origin
from airlock.syntax.folding import fold_binary, fold_builtin, fold_index, fold_method
from airlock.syntax.values import ABSENT, LONGEST_TEXT
from tests.unit.syntax.memory import only

CODE = "import os; os.system('true')  # what is hidden"
B64 = base64.b64encode(CODE.encode()).decode()
XOR = [ord(letter) ^ 23 for letter in CODE]

EXPRESSIONS = {
    "a sum of strings": f"{CODE[:9]!r} + {CODE[9:]!r}",
    "a percent format": f"'%s%s' % ({CODE[:9]!r}, {CODE[9:]!r})",
    "a format": f"'{{}}{{}}'.format({CODE[:9]!r}, {CODE[9:]!r})",
    "an f-string": f'f"{{{CODE[:9]!r}}}" {CODE[9:]!r}',
    "a join": f"''.join({list(CODE)!r})",
    "a reversed string": f"{CODE[::-1]!r}[::-1]",
    "reversed and joined": f"''.join(reversed({CODE[::-1]!r}))",
    "a replacement": f"{CODE.replace('o', '@@')!r}.replace('@@', 'o')",
    "chr of each number": f"''.join(map(chr, {[ord(c) for c in CODE]!r}))",
    "chr in a comprehension": f"''.join(chr(n) for n in {[ord(c) for c in CODE]!r})",
    "a sum of chr": " + ".join(f"chr({ord(letter)})" for letter in CODE),
    "bytes of numbers": f"bytes({[ord(c) for c in CODE]!r}).decode()",
    "xor with a literal key": f"''.join(chr(n ^ 23) for n in {XOR!r})",
    "xor with a cycling key": (
        "bytes(b ^ b'key'[i % 3] for i, b in enumerate("
        f"{bytes(c ^ b'key'[i % 3] for i, c in enumerate(CODE.encode()))!r}))"
    ),
    "base64": f"__import__('base64').b64decode({B64!r})",
    "urlsafe base64": f"__import__('base64').urlsafe_b64decode({B64!r})",
    "base85": f"__import__('base64').b85decode({base64.b85encode(CODE.encode())!r})",
    "base32": f"__import__('base64').b32decode({base64.b32encode(CODE.encode())!r})",
    "hexadecimal": f"bytes.fromhex({CODE.encode().hex()!r})",
    "binascii": f"__import__('binascii').unhexlify({CODE.encode().hex()!r})",
    "zlib": f"__import__('zlib').decompress({zlib.compress(CODE.encode())!r})",
    "gzip": f"__import__('gzip').decompress({gzip.compress(CODE.encode())!r})",
    "bz2": f"__import__('bz2').decompress({bz2.compress(CODE.encode())!r})",
    "lzma": f"__import__('lzma').decompress({lzma.compress(CODE.encode())!r})",
    "rot13": f"__import__('codecs').decode({codecs.encode(CODE, 'rot13')!r}, 'rot13')",
    "a codec of bytes": f"__import__('codecs').decode({B64.encode()!r}, 'base64')",
    "two layers of encoding": (
        f"__import__('zlib').decompress(__import__('base64').b64decode("
        f"{base64.b64encode(zlib.compress(CODE.encode()))!r}))"
    ),
    "a list by index": f"[0, {CODE!r}][1]",
    "a dict by key": f"{{'a': {CODE!r}}}['a']",
    "a dict of parts": f"'{{a}}{{b}}'.format(**{{'a': {CODE[:9]!r}, 'b': {CODE[9:]!r}}})",
    "translated letters": (
        f"{CODE.translate(str.maketrans('os', 'so'))!r}.translate(str.maketrans('os', 'so'))"
    ),
    "every second letter": f"{''.join(c + '~' for c in CODE)!r}[::2]",
    "junk filtered out": f"''.join(c for c in {'~'.join(CODE)!r} if c != '~')",
    "a conditional": f"({CODE!r} if 1 else '')",
    "a reduction": f"__import__('functools').reduce(lambda a, b: a + b, {list(CODE)!r})",
    "an integer's bytes": (
        f"({int.from_bytes(CODE.encode(), 'big')}).to_bytes({len(CODE)}, 'big')"
    ),
}


@pytest.mark.parametrize("expression", EXPRESSIONS.values(), ids=EXPRESSIONS.keys())
def test_the_data_that_is_executed_is_computed(expression: str) -> None:
    act = only(f"exec({expression})", Deed.EXECUTE)
    assert act.evidence == CODE


STATEMENTS = {
    "a name": f"a = {CODE!r}\nexec(a)",
    "several names at once": f"a, b = {CODE[:9]!r}, {CODE[9:]!r}\nexec(a + b)",
    "a growing string": f"a = ''\nfor n in {XOR!r}:\n    a += chr(n ^ 23)\nexec(a)",
    "a growing list": f"a = []\nfor n in {XOR!r}:\n    a.append(chr(n ^ 23))\nexec(''.join(a))",
    "a while loop": (
        f"a, i, n = '', 0, {XOR!r}\nwhile i < len(n):\n    a += chr(n[i] ^ 23)\n    i += 1\nexec(a)"
    ),
    "a branch for each letter": (
        f"a = ''\nfor c in {CODE.replace('s', '~')!r}:\n    if c == '~':\n        a += 's'\n"
        "    else:\n        a += c\nexec(a)"
    ),
    "a function": f"def d(x):\n    return x[::-1]\nexec(d({CODE[::-1]!r}))",
    "a lambda": f"d = lambda x: x[::-1]\nexec(d({CODE[::-1]!r}))",
    "a default argument": f"def d(x={CODE[::-1]!r}):\n    return x[::-1]\nexec(d())",
    "a method": (
        "class D:\n    key = 23\n    def d(self, x):\n"
        "        return ''.join(chr(n ^ self.key) for n in x)\n"
        f"exec(D().d({XOR!r}))"
    ),
    "a table in a class": f"class T:\n    text = {CODE!r}\nexec(T.text)",
    "the docstring": f'"""{CODE}"""\nexec(__doc__)',
    "a global set by a function": f"def s():\n    global a\n    a = {CODE!r}\ns()\nexec(a)",
    "a closure": (
        f"def o():\n    a = {CODE!r}\n    def i():\n        return a\n    return i\nexec(o()())"
    ),
    "an early return": (
        f"def d(x):\n    if x:\n        return {CODE!r}\n    return 'pass'\nexec(d(1))"
    ),
}


@pytest.mark.parametrize("code", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_values_are_followed_through_statements(code: str) -> None:
    assert only(code, Deed.EXECUTE).evidence == CODE


def test_what_was_decoded_is_a_payload() -> None:
    act = only(f"import base64\nexec(base64.b64decode({B64!r}))", Deed.EXECUTE)
    assert act.origins() == {Origin.PAYLOAD}


def test_what_was_spelled_out_plainly_is_no_payload() -> None:
    assert only("exec('import os; os.getcwd()')", Deed.EXECUTE).origins() == frozenset()


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (ast.Mult, "a" * 1024, LONGEST_TEXT),
        (ast.Mult, [0], 10**9),
        (ast.Pow, 10, 10**9),
        (ast.LShift, 1, 10**12),
        (ast.Mod, "%99999999d", (1,)),
        (ast.Mod, b"%*d", (10**9, 1)),
        (ast.Div, 1, 0),
        (ast.Add, "a", 1),
    ],
)
def test_operators_that_would_be_too_large_or_fail_are_unknown(
    kind: type[ast.operator], left: object, right: object
) -> None:
    assert fold_binary(kind, left, right) is ABSENT


@pytest.mark.parametrize(
    ("receiver", "method", "arguments"),
    [
        ("a" * 100_000, "replace", ["a", "b" * 100_000]),
        ("a", "ljust", [10**12]),
        ("{:>99999999}", "format", ["a"]),
        ("{0.__class__}", "format", ["a"]),
        ("a" * 100_000, "join", [["b"] * 100_000]),
        (1, "to_bytes", [10**12, "big"]),
        ("a", "__class__", []),
        ("a", "no_such_method", []),
        (b"\xff", "decode", ["utf-8"]),
    ],
)
def test_methods_that_would_be_too_large_or_fail_are_unknown(
    receiver: object, method: str, arguments: list[object]
) -> None:
    assert fold_method(receiver, method, arguments) is ABSENT


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("range", [10**12]), ("bytes", [10**12]), ("chr", [-1]), ("int", ["9" * 200_000])],
)
def test_built_in_functions_that_would_be_too_large_or_fail_are_unknown(
    name: str, arguments: list[object]
) -> None:
    assert fold_builtin(name, arguments) is ABSENT


def test_an_index_out_of_range_is_unknown() -> None:
    assert fold_index([1, 2], 5) is ABSENT


def test_a_bomb_comes_out_cut() -> None:
    bomb = zlib.compress(bytes(LONGEST_TEXT * 4))
    act = only(f"import zlib\nexec(zlib.decompress({bomb!r}))", Deed.EXECUTE)
    assert len(act.evidence) <= LONGEST_TEXT
