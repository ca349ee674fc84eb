"""Names with a history: what is on record, and the family of requirements.txt."""

from pathlib import Path

import pytest

from airlock.errors import MalformedDocument
from airlock.evidence.known_names import Kind
from airlock.evidence.known_names.builtin import BuiltinKnownNames
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.model import ProjectName

KNOWN = BuiltinKnownNames()
SK_CSIRT = """
    acqusition apidev-coop bzip crypt django-server pwd setup-tools telnet urlib3 urllib
"""


def kinds(name: str) -> set[Kind]:
    return {record.kind for record in KNOWN.of(ProjectName(name))}


@pytest.mark.parametrize("name", SK_CSIRT.split())
def test_the_advisory_of_2017_is_on_record(name: str) -> None:
    (record,) = KNOWN.of(ProjectName(name))
    assert record.kind is Kind.MALICIOUS
    assert "skcsirt-sa-20170909" in record.source


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ztz", Kind.FISHED),
        ("python-dev", Kind.FISHED),
        ("python3-dev", Kind.SYSTEM),
        ("libpq-dev", Kind.SYSTEM),
        ("huggingface-cli", Kind.INVENTED),
        ("requirements.txt", Kind.MISTYPED),
    ],
)
def test_each_kind_has_its_names(name: str, kind: Kind) -> None:
    assert kind in kinds(name)


@pytest.mark.parametrize(
    "name",
    [
        "requirements-txt", "requirement.txt", "requirementstxt", "rrequirements.txt",
        "r-requirements.txt", "requirments.txt", "reqirements_txt", "requierments.txt",
        "requirements-dev.txt", "requirements_dev", "requirements.in", "requriements",
    ],
)  # fmt: skip
def test_a_forgotten_option_is_known_in_every_spelling(name: str) -> None:
    assert Kind.MISTYPED in kinds(name)


@pytest.mark.parametrize(
    "name",
    [
        "requirements-parser",
        "requirementslib",
        "pip-requirements",
        "requests",
        "require",
        "r",
        "txt",
    ],
)
def test_what_only_speaks_of_requirements_is_not(name: str) -> None:
    assert kinds(name) == set()


def test_spelling_is_normalised_but_what_is_imitated_is_spared() -> None:
    assert kinds("Setup_Tools") == {Kind.MALICIOUS}
    assert kinds("setuptools") == set()
    assert kinds("jellyfish") == set()


def test_no_popular_name_is_known() -> None:
    assert [name for name in BuiltinPopularity().names if KNOWN.of(name)] == []


@pytest.mark.parametrize(
    "text",
    [b"", b"# nothing\n", b"name-without-a-source\n", b"[nonsense] Somebody\nname\n", b"\xff",
     b"[malicious] Somebody, 2020\nnot a name\n"],
    ids=["empty", "comment", "no-source", "kind", "encoding", "name"],
)  # fmt: skip
def test_a_list_that_makes_no_sense_is_an_error(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "known.txt"
    path.write_bytes(text)
    with pytest.raises(MalformedDocument):
        BuiltinKnownNames(path).of(ProjectName("requests"))
    with pytest.raises(MalformedDocument):
        BuiltinKnownNames(tmp_path / "missing").of(ProjectName("requests"))
