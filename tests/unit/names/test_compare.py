"""What a name is taken for, by which technique, and whether that is enough to hold it."""

import pytest

from airlock.model import ProjectName
from airlock.names import HINT, HOLDS, SUSPECT, Likeness, NameIndex, Technique, compare
from airlock.names.calibration import SPOKEN_RANK, TRUSTED_RANK
from airlock.names.keyboard import adjacent
from airlock.names.spoken import IMPORTS, SPOKEN, WORDS

RANKS = {
    "requests": 1, "numpy": 2, "django": 3, "flask": 4, "boto3": 5, "botocore": 6,
    "kafka-python": 300, "scikit-learn": 301, "opencv-python": 302, "python-dateutil": 303,
    "matplotlib": 100, "pyspark": 305, "psycopg2": 306, "prompt-toolkit": 307, "pymongo": 308,
    "tornado": 900, "mitmproxy": 1_500, "dockerpty": 2_000, "gpytorch": 4_000,
}  # fmt: skip


def index() -> NameIndex:
    """Return an index with these names at their ranks, and nothing between that anybody types."""
    names = {rank: name for name, rank in RANKS.items()}
    filled = [(names.get(rank, f"q{rank}q"), 0) for rank in range(1, max(names) + 1)]
    return NameIndex(filled, SPOKEN, spoken_rank=SPOKEN_RANK)


INDEX = index()


def first(name: str) -> Likeness | None:
    found = compare(ProjectName(name), INDEX)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("wrote", "target", "technique"),
    [
        ("requets", "requests", Technique.OMISSION),
        ("reqquests", "requests", Technique.REPETITION),
        ("requestss", "requests", Technique.REPETITION),
        ("djnago", "django", Technique.TRANSPOSITION),
        ("flaks", "flask", Technique.TRANSPOSITION),
        ("requesta", "requests", Technique.KEYBOARD),
        ("rewquests", "requests", Technique.KEYBOARD),
        ("requists", "requests", Technique.VOWEL_SWAP),
        ("requevts", "requests", Technique.REPLACEMENT),
        ("requgsts", "requests", Technique.BITFLIP),
        ("arequests", "requests", Technique.ADDITION),
        ("r3quests", "requests", Technique.HOMOGLYPH),
        ("nurnpy", "numpy", Technique.HOMOGLYPH),
        ("dj4ng0", "django", Technique.HOMOGLYPH),
        ("bot0core", "botocore", Technique.HOMOGLYPH),
        ("prompt-tool-kit", "prompt-toolkit", Technique.SEPARATOR),
        ("python-kafka", "kafka-python", Technique.WORD_ORDER),
        ("pythonkafka", "kafka-python", Technique.WORD_ORDER),
        ("pyrequests", "requests", Technique.PY_AFFIX),
        ("request", "requests", Technique.PLURAL),
        ("python-mongo", "pymongo", Technique.PY_AFFIX),
        ("reqest", "requests", Technique.OMISSION),
        ("mtaplolib", "matplotlib", Technique.SEVERAL),
        ("botoceor", "botocore", Technique.TRANSPOSITION),
        ("matplatlib-plus", "matplotlib", Technique.VOWEL_SWAP),
        ("scikitlern", "scikit-learn", Technique.OMISSION),
        ("openvc", "opencv-python", Technique.TRANSPOSITION),
        ("pyhton", "python", Technique.TRANSPOSITION),
        ("requests-lite", "requests", Technique.AFFIX),
        ("numpylib", "numpy", Technique.AFFIX),
        ("requests2", "requests", Technique.VERSION_SUFFIX),
        ("python-requests", "requests", Technique.PY_AFFIX),
    ],
)
def test_what_is_held(wrote: str, target: str, technique: Technique) -> None:
    likeness = first(wrote)
    assert likeness is not None
    assert (likeness.target, likeness.technique) == (target, technique)
    assert likeness.weight >= HOLDS
    assert likeness.holds


@pytest.mark.parametrize(
    ("wrote", "target", "least", "most"),
    [
        ("xtornado", "tornado", HINT, SUSPECT),
        ("python-tornado", "tornado", HINT, SUSPECT),
        ("sparkpy", "pyspark", SUSPECT, HOLDS),
        ("tornado-lite", "tornado", HINT, HOLDS),
        ("tornado-api", "tornado", HINT, HOLDS),
        ("mitmproxy2", "mitmproxy", HINT, SUSPECT),
        ("psycopg3", "psycopg2", HINT, HOLDS),
        ("cv2", "opencv-python", HINT, SUSPECT),
        ("tornadolib", "tornado", HINT, HOLDS),
        ("requests-numpy", "requests", HINT, SUSPECT),
    ],
)
def test_what_is_told_without_being_held(
    wrote: str, target: str, least: float, most: float
) -> None:
    (likeness,) = (one for one in compare(ProjectName(wrote), INDEX) if one.target == target)
    assert least <= likeness.weight < most
    assert not likeness.holds


@pytest.mark.parametrize("name", ["mack", "frobnicate", "pytest-frob", "airlock-example"])
def test_what_looks_like_nothing(name: str) -> None:
    assert [one for one in compare(ProjectName(name), INDEX) if one.weight >= HINT] == []


def test_the_better_known_a_target_the_less_is_enough() -> None:
    """A letter put in is believed of numpy, not of tornado."""
    famous, known = first("numnpy"), first("tornmado")
    assert famous is not None
    assert known is not None
    assert famous.weight > known.weight


def test_a_separator_put_in_makes_words_of_their_own() -> None:
    found = first("docker-py")
    assert found is None or not found.holds


def test_a_word_that_others_use_is_no_slip() -> None:
    names = [("google-auth", 0), *((f"q{n}q", 0) for n in range(200)), ("my-oauth", 0)]
    alone = compare(ProjectName("google-oauth"), NameIndex(names))
    used = compare(ProjectName("google-oauth"), NameIndex([*names, ("your-oauth", 0)]))
    assert used[0].weight < alone[0].weight


def test_a_popular_name_imitates_nobody() -> None:
    assert all(compare(ProjectName(name), INDEX) == () for name in RANKS)


def test_a_name_from_the_tail_is_compared_with_far_more_popular_ones_only() -> None:
    tail = [(f"q{rank}q", 10) for rank in range(TRUSTED_RANK)]
    listed = NameIndex([("requests", 9_000), *tail, ("reqests", 9), ("reqeests", 10)])
    (likeness,) = compare(ProjectName("reqests"), listed)
    assert likeness.target == "requests"
    assert not likeness.holds, "what is on the list is never held"
    assert compare(ProjectName("reqeests"), listed) == (), "900 times is not far more"


def test_without_downloads_the_tail_is_compared_by_rank() -> None:
    names = ["requests", *(f"q{rank}q" for rank in range(TRUSTED_RANK)), "reqests"]
    listed = NameIndex((name, 0) for name in names)
    assert [one.target for one in compare(ProjectName("reqests"), listed)] == ["requests"]
    assert compare(ProjectName("requests"), listed) == ()


def test_keys_that_touch() -> None:
    assert adjacent("s", "a")
    assert adjacent("a", "s")
    assert adjacent("o", "0")
    assert not adjacent("s", "s")
    assert not adjacent("q", "p")
    assert not adjacent("-", "a")


def test_the_names_that_are_spoken() -> None:
    assert len(IMPORTS) >= 300
    for word, target in [
        ("sklearn", "scikit-learn"), ("bs4", "beautifulsoup4"), ("yaml", "pyyaml"),
        ("cv2", "opencv-python"), ("pil", "pillow"), ("dotenv", "python-dotenv"),
        ("serial", "pyserial"), ("usb", "pyusb"),
    ]:  # fmt: skip
        assert SPOKEN[word].startswith(target)
    for word, target in SPOKEN.items():
        assert ProjectName(word) == word
        assert ProjectName(target) == target
    assert all(SPOKEN[word] == word for word in WORDS)
