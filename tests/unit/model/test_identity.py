"""Names and digests: one spelling each, and none for what cannot be."""

import pickle

import pytest

from airlock.errors import InvalidName
from airlock.model import ProjectName, Sha256

DIGEST = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.mark.parametrize(
    "spelling", ["evil-pkg", "Evil_Pkg", "EVIL.PKG", "evil--pkg", "evil-_.pkg", "eViL.-.pKg"]
)
def test_every_spelling_is_the_same_name(spelling: str) -> None:
    assert ProjectName(spelling) == "evil-pkg"


@pytest.mark.parametrize("name", ["a", "7", "A" * 214, "2to3", "zope.interface", "a-1"])
def test_names_that_an_index_can_have(name: str) -> None:
    assert ProjectName(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "-a",
        "a-",
        ".a",
        "_a",
        "a_",
        "a b",
        " a",
        "a\n",
        "a\0",
        "a/b",
        "../a",
        "a%20b",
        "a@b",
        "ünder",
        "a" * 215,
        "\u212aelvin",  # KELVIN SIGN, which lower() makes a k
        "\u017fort",  # LATIN SMALL LETTER LONG S, which matches S where case is ignored
        "py\u0442hon",  # CYRILLIC SMALL LETTER TE
        "a\u200bb",
        "\ud800",
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidName, match="is not a project name"):
        ProjectName(text)


def test_a_message_about_a_name_is_short_and_printable() -> None:
    with pytest.raises(InvalidName) as caught:
        ProjectName("\x1b[2J" * 1000)
    assert len(str(caught.value)) < 400
    assert str(caught.value).isprintable()


def test_names_survive_the_way_between_processes() -> None:
    copy = pickle.loads(pickle.dumps(ProjectName("Evil_Pkg")))
    assert isinstance(copy, ProjectName)
    assert copy == "evil-pkg"


def test_digest_is_lower_case() -> None:
    assert Sha256(DIGEST.upper()) == DIGEST
    assert Sha256.of(b"hello") == DIGEST
    assert hash(Sha256(DIGEST)) == hash(DIGEST)


@pytest.mark.parametrize(
    "text",
    ["", DIGEST[:-1], DIGEST + "0", DIGEST[:-1] + "g", DIGEST[:-1] + "\n", "\u0660" * 64, "é" * 64],
)
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(InvalidName, match="is not a SHA-256"):
        Sha256(text)
