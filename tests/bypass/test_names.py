"""A name is one value, however it is spelled: no spelling gets past a deny list or a look-alike."""

import itertools

import pytest

from airlock.checks.name.lookalike import Lookalike
from airlock.checks.name.stdlib import Stdlib
from airlock.errors import InvalidFilename, InvalidName
from airlock.model import ArtifactName, ProjectName
from tests.checks.harness import Case, Settings, run_case

SPELLINGS = ["evil-pkg", "Evil_Pkg", "EVIL.PKG", "evil__pkg", "evil-_.pkg", "eViL-pKg"]


@pytest.mark.parametrize(("one", "other"), list(itertools.pairwise(SPELLINGS)))
def test_every_spelling_is_the_same_value(one: str, other: str) -> None:
    assert ProjectName(one) == ProjectName(other)
    assert hash(ProjectName(one)) == hash(ProjectName(other))
    assert {ProjectName(one): "denied"}.get(ProjectName(other)) == "denied"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_deny_list_of_project_names_stops_every_spelling(spelling: str) -> None:
    denied = frozenset({ProjectName("evil-pkg")})
    assert ProjectName(spelling) in denied
    for filename in (f"{spelling}-1.0.tar.gz", f"{spelling}-1.0.zip"):
        assert ArtifactName.parse(filename).project in denied


@pytest.mark.parametrize("spelling", ["evil_pkg", "Evil_Pkg", "EVIL.PKG", "evil__pkg"])
def test_a_deny_list_stops_every_spelling_of_a_wheel(spelling: str) -> None:
    name = ArtifactName.parse(f"{spelling}-1.0-py3-none-any.whl")
    assert name.project == ProjectName("evil-pkg")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-evil-pkg",
        "evil-pkg-",
        "evil pkg",
        "evil-pkg\n",
        "evil-pkg\0",
        "evil/pkg",
        "..",
        "evil‐pkg",  # noqa: RUF001 - a hyphen of Unicode is the point
        "еvil-pkg",  # noqa: RUF001 - a Cyrillic e is the point
        "ｅvil-pkg",  # noqa: RUF001 - a full-width e is the point
        "evıl-pkg",  # noqa: RUF001 - an i without its dot is the point
        "e" * 300,
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    with pytest.raises(InvalidName):
        ProjectName(text)
    with pytest.raises(InvalidFilename):
        ArtifactName.parse(f"{text}-1.0.tar.gz")


@pytest.mark.parametrize("spelling", ["requets", "ReQuets", "REQUETS"])
def test_a_lookalike_is_seen_in_every_spelling(spelling: str) -> None:
    settings = Settings(filename=f"{spelling}-1.0.tar.gz")
    case = Case(check="name-lookalike", expects="flags", name="case", settings=settings)
    assert [finding.severity for finding in run_case(case, Lookalike()).findings] == ["high"]


@pytest.mark.parametrize("spelling", ["prompt_tool_kit", "Prompt.Tool.Kit", "prompt-tool--kit"])
def test_separators_hide_no_lookalike(spelling: str) -> None:
    settings = Settings(filename=f"{spelling}-1.0.tar.gz")
    case = Case(check="name-lookalike", expects="flags", name="case", settings=settings)
    assert [finding.confidence for finding in run_case(case, Lookalike()).findings] == ["high"]


@pytest.mark.parametrize("spelling", ["secrets", "Secrets", "se.crets", "se_cre-ts"])
def test_no_spelling_hides_the_name_of_a_module(spelling: str) -> None:
    settings = Settings(filename=f"{spelling}-1.0.tar.gz")
    case = Case(check="name-stdlib", expects="flags", name="case", settings=settings)
    assert [finding.severity for finding in run_case(case, Stdlib()).findings] == ["high"]


def test_the_name_of_the_index_is_asked_about_not_only_that_of_the_file() -> None:
    settings = Settings(filename="example-1.0.tar.gz", project="Requets")
    case = Case(check="name-lookalike", expects="flags", name="case", settings=settings)
    assert len(run_case(case, Lookalike()).findings) == 1
