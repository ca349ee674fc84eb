import platform
import sys

import pytest
from packaging.specifiers import SpecifierSet

from airlock.errors import InvalidFilename, InvalidRequirement, TargetNotFound
from airlock.model import ListedFile, ProjectListing, ProjectName
from airlock.sources.selection import choose_version, files_of, files_to_scan, versions_of
from tests.unit.sources.asking import NOW

HERE = f"cp{sys.version_info.major}{sys.version_info.minor}"
PURE = "example-1.0-py3-none-any.whl"


def listing(*names: str, yanked: str = "", **fields: object) -> ProjectListing:
    """Return a page; files whose names end with what ``yanked`` says are yanked."""
    files = tuple(
        ListedFile(
            filename=name,
            url=f"https://files.example/{name}",
            yanked="" if yanked and yanked in name else None,
            **fields,  # type: ignore[arg-type]
        )
        for name in names
    )
    source = "https://index.example/simple/"
    return ProjectListing(
        project=ProjectName("example"), source=source, files=files, fetched_at=NOW
    )


def sdists(*versions: str, **fields: object) -> ProjectListing:
    return listing(*(f"example-{version}.tar.gz" for version in versions), **fields)  # type: ignore[arg-type]


def names(files: tuple[ListedFile, ...]) -> list[str]:
    return [file.filename for file in files]


def test_versions_are_normalised_sorted_and_each_once() -> None:
    page = listing("example-1.10.zip", "example-1.9.tar.gz", "example-1.09.zip", PURE)
    assert versions_of(page.files) == ["1.0", "1.9", "1.10"]


def test_version_of_what_is_no_artifact() -> None:
    with pytest.raises(InvalidFilename):
        versions_of(listing("example.exe").files)


@pytest.mark.parametrize(
    ("versions", "specifier", "expected"),
    [
        (["1.9", "1.10", "1.2"], "", "1.10"),
        (["1.9", "1.10"], "<1.10", "1.9"),
        (["1.0", "2.0rc1"], "", "1.0"),
        (["1.0", "2.0rc1"], ">=2.0rc1", "2.0rc1"),
        (["2.0rc1", "2.0rc2"], "", "2.0rc2"),
        (["1.0", "1.0.post1"], "==1.0", "1.0"),
        (["1.0", "1.0.post1"], "==1.0.*", "1.0.post1"),
        (["1.0.0"], "==1", "1.0.0"),
        (["old_style", "1.0"], "", "1.0"),
        (["old_style", "1.0"], "===old_style", "old_style"),
        (["1.0", "1.1"], "===1.0", "1.0"),
        (["1!0.1", "9.0"], "", "1!0.1"),
    ],
)
def test_highest_that_fits(versions: list[str], specifier: str, expected: str) -> None:
    assert choose_version(sdists(*versions), specifier) == expected
    assert choose_version(sdists(*reversed(versions)), SpecifierSet(specifier)) == expected


def test_prereleases_as_the_caller_says() -> None:
    page = sdists("1.0", "2.0a1")
    assert choose_version(page, prereleases=True) == "2.0a1"
    with pytest.raises(TargetNotFound):
        choose_version(sdists("2.0a1"), prereleases=False)


@pytest.mark.parametrize("specifier", ["", ">=1.1", "==1.1.*", "!=1.0"])
def test_yanked_is_passed_over(specifier: str) -> None:
    page = sdists("1.0", "1.1", "1.1.1", yanked="1.1.1")
    assert choose_version(page, specifier) == "1.1"


@pytest.mark.parametrize("specifier", ["==1.1", "===1.1"])
def test_yanked_is_taken_if_pinned(specifier: str) -> None:
    assert choose_version(sdists("1.0", "1.1", yanked="1.1"), specifier) == "1.1"


@pytest.mark.parametrize(
    "page", [listing(), sdists("1.0"), sdists("3.0", yanked="3.0"), sdists("old_style")]
)
def test_nothing_fits(page: ProjectListing) -> None:
    with pytest.raises(TargetNotFound, match="example") as caught:
        choose_version(page, ">2")
    assert caught.value.hint


def test_specifier_that_is_none() -> None:
    with pytest.raises(InvalidRequirement):
        choose_version(sdists("1.0"), "newest")


def test_version_for_this_interpreter_goes_first() -> None:
    old = sdists("1.0", requires_python=">=3")
    new = sdists("2.0", requires_python=">=99")
    both = ProjectListing(
        project=old.project, source="", files=old.files + new.files, fetched_at=NOW
    )
    assert choose_version(both) == "1.0"
    assert choose_version(new) == "2.0"


@pytest.mark.parametrize("text", [">=3", "nonsense", "", f"=={platform.python_version()}"])
def test_requirement_of_python_that_excludes_nobody(text: str) -> None:
    page = listing(PURE, "example-1.0.tar.gz", requires_python=text)
    assert len(files_to_scan(page, "1.0")) == 2


def test_files_of_a_version_however_it_is_spelled() -> None:
    page = listing("example-1.0.tar.gz", "example-1.0.0-py3-none-any.whl", "example-1.zip", "example-1.1.zip")  # fmt: skip # noqa: E501
    assert len(files_of(page, "1.0")) == 3
    assert names(files_of(page, "1.1")) == ["example-1.1.zip"]


def test_files_of_a_version_that_is_none() -> None:
    page = sdists("old_style", "older_style")
    assert names(files_of(page, "old_style")) == ["example-old_style.tar.gz"]


def test_best_wheel_and_the_sdist() -> None:
    exact = f"example-1.0-{HERE}-{HERE}-linux_{platform.machine()}.whl"
    other = "example-1.0-cp27-cp27m-win32.whl"
    page = listing(other, PURE, exact, "example-1.0.tar.gz", "example-1.0.zip")
    taken = names(files_to_scan(page, "1.0"))
    if sys.platform == "linux":
        assert taken == [exact, "example-1.0.tar.gz"]
    assert other not in taken
    assert len(files_to_scan(page, "1.0", every=True)) == 5


def test_later_build_of_a_wheel_is_better() -> None:
    page = listing(PURE, "example-1.0-2-py3-none-any.whl", "example-1.0-10-py3-none-any.whl")
    assert names(files_to_scan(page, "1.0")) == ["example-1.0-10-py3-none-any.whl"]


def test_nothing_for_this_interpreter_gives_everything() -> None:
    strange = ("example-1.0-cp27-cp27m-win32.whl", "example-1.0-cp26-cp26m-win32.whl")
    assert names(files_to_scan(listing(*strange), "1.0")) == list(strange)


def test_yanked_file_of_a_version_is_the_worse() -> None:
    page = listing("example-1.0-1-py3-none-any.whl", PURE, yanked="-1-")
    assert names(files_to_scan(page, "1.0")) == [PURE]


def test_wheel_whose_name_makes_no_sense_to_installers() -> None:
    page = listing("example-one-py3-none-any.whl")
    assert names(files_to_scan(page, "one")) == ["example-one-py3-none-any.whl"]
