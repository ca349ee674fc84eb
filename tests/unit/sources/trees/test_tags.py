"""The tag of a version, however a project spells it."""

import pytest

from airlock.errors import TargetNotFound, UsageError
from airlock.model import ProjectName
from airlock.sources.trees.tags import tag_of

PROJECT = ProjectName("anchor-tool")


@pytest.mark.parametrize(
    "tag",
    [
        *(
            "1.2",
            "v1.2",
            "V1.2",
            "v.1.2",
            "v1.2.0",
            "release-1.2",
            "release/1.2",
            "rel_1_2",
            "r1.2",
        ),
        *("version-1.2", "anchor-tool-1.2", "anchor_tool-v1.2", "anchor-tool@1.2", "v1_2_0"),
        *(
            "anchor-tool/v1.2",
            "Anchor.Tool-1.2",
            "anchor-tool-release-1.2",
            "python-anchor-tool-1.2",
        ),
    ],
)
def test_spellings_of_a_tag(tag: str) -> None:
    tags = {tag: "a", "v1.3": "b", "1.2rc1": "c", "other": "d", "1.20": "e"}
    assert tag_of(tags, PROJECT, "1.2") == tag


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("v1.2-rc.1", "1.2rc1"),
        ("v2024.01.05", "2024.1.5"),
        ("1.2-post1", "1.2.post1"),
        ("1.0b2", "1.0b2"),
    ],
)
def test_versions_are_compared_as_versions(tag: str, version: str) -> None:
    assert tag_of({tag: "a"}, PROJECT, version) == tag


@pytest.mark.parametrize(
    "tag", ["1.2.1", "1.2rc1", "v12", "other-1.2", "1.2-evil", "2.1.2", "foo/1.2"]
)
def test_what_is_no_tag_of_the_version(tag: str) -> None:
    with pytest.raises(TargetNotFound, match=r"no tag is one of version 1\.2"):
        tag_of({tag: "a"}, PROJECT, "1.2")


def test_the_tag_that_names_the_project_is_meant() -> None:
    tags = {"v1.2": "a", "anchor-tool-v1.2": "b", "rope-v1.2": "c"}
    assert tag_of(tags, PROJECT, "1.2") == "anchor-tool-v1.2"


def test_tags_that_differ_are_not_chosen_from() -> None:
    with pytest.raises(UsageError, match=r"they differ: 1\.2, v1\.2"):
        tag_of({"v1.2": "a", "1.2": "b"}, PROJECT, "1.2")
    assert tag_of({"v1.2": "a", "1.2": "a"}, PROJECT, "1.2") == "1.2"


def test_tags_nearby_are_named() -> None:
    with pytest.raises(TargetNotFound) as told:
        tag_of({"v1.3": "a", "v1.4": "b", "v9.0": "c"}, PROJECT, "1.2")
    assert "v1.3, v1.4" in told.value.hint
    assert "v9.0" not in told.value.hint


def test_what_is_no_version() -> None:
    with pytest.raises(UsageError, match="is no version") as told:
        tag_of({"nightly": "a"}, PROJECT, "nightly")
    assert "--tag" in told.value.hint
