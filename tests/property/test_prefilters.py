"""What only saves time changes nothing: passes over bytes find what slower readings find."""

import random

from hypothesis import given
from hypothesis import strategies as st

from airlock.evidence.fingerprints import telling
from airlock.syntax import disguises, values

_WORDS = [*telling.BEGINNINGS, "win32api", "execvpe", "spawnlp", "urllib3", "my", "_", "1", "é"]
_TEXTS = st.lists(
    st.one_of(st.sampled_from(_WORDS), st.sampled_from([" ", ".", "\n", "(", "-", ""]), st.text()),
    max_size=12,
).map("".join)


@given(_TEXTS)
def test_the_pass_for_telling_words_finds_what_the_expression_finds(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    expected = [match.span() for match in telling.TELLING.finditer(data)]
    assert telling.telling_spans(data) == expected


_LETTERS = st.sampled_from("lI1ijJLO0oQDmnMNxXwWS2sZzaA_ =(\n.e\u4e00")
_RUNS = st.lists(
    st.tuples(
        st.sampled_from(["Il", "lI1ijJL", "O0oQD", "mnMN", "xXwW", "S2sZz", "_", "aA"]),
        st.integers(3, 14),
        st.sampled_from(["", " ", "=1\n", "(", "x"]),
    ),
    max_size=6,
)


@given(_RUNS, st.text(_LETTERS, max_size=60), st.randoms(use_true_random=False))
def test_the_pass_for_rows_of_letters_misses_none(
    runs: list[tuple[str, int, str]], noise: str, chance: random.Random
) -> None:
    rows = ["".join(chance.choices(letters, k=count)) + end for letters, count, end in runs]
    text = noise + " ".join(rows)
    if disguises.ALIKE.search(text):
        assert disguises.has_row(text)


@given(st.lists(st.sampled_from(["{}", "{", "}", "a", ""]), max_size=8).map("".join))
def test_a_text_of_holes_is_told_without_taking_them_out(text: str) -> None:
    known = values.partly_known(text, values.NOTHING)
    assert (known is values.UNKNOWN) is (not text.replace(values.HOLE, ""))
