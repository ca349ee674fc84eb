import pytest

from airlock.model import Dependency, ProjectName


@pytest.mark.parametrize(
    ("project", "version"),
    [(None, "1.0"), (ProjectName("flask"), None), (None, None)],
)
def test_what_has_no_name_or_no_version_says_why(
    project: ProjectName | None, version: str | None
) -> None:
    with pytest.raises(ValueError, match="say why"):
        Dependency(project=project, version=version, path="a.txt", requirement="x")
    told = Dependency(
        project=project, version=version, path="a.txt", requirement="x", unauditable="it is a URL"
    )
    assert told.name == (project or "x")


def test_the_place_has_a_line_where_there_is_one() -> None:
    project = ProjectName("Flask")
    placed = Dependency(project=project, version="3.0", path="a.txt", line=7, requirement="Flask")
    record = Dependency(project=project, version="3.0", path="flask.dist-info", requirement="Flask")
    assert (placed.origin, placed.name) == ("a.txt:7", "flask")
    assert record.origin == "flask.dist-info"
