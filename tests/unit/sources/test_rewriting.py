"""Another version in a file, and nothing else."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.errors import InvalidRequirement
from airlock.model import ProjectName
from airlock.sources.requirements_lines import logical_lines
from airlock.sources.rewriting import (
    NotAsked,
    NotRewritten,
    Upgrade,
    rewrite_pyproject,
    rewrite_requirements,
)

OLD, NEW = "2.0.1", "2.3.2"
A, B, C = "a" * 64, "b" * 64, "c" * 64
UPGRADE = Upgrade(project=ProjectName("flask"), old=OLD, new=NEW, digests=(C, B))


def requirements(text: str, upgrade: Upgrade = UPGRADE) -> str:
    return rewrite_requirements(text.encode(), "requirements.txt", upgrade).decode()


def pyproject(text: str) -> str:
    return rewrite_pyproject(text.encode(), "pyproject.toml", UPGRADE).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("flask==2.0.1", "flask==2.3.2"),
        ("Flask [async]  ==  2.0.1 ;python_version>='3'", None),
        ("FLASK===2.0.1\r\n", None),
        ("flask (==2.0.1)", None),
        ("flask==2.0.1 # 2.0.1 is old\n", "flask==2.3.2 # 2.0.1 is old\n"),
        ("flask==2.0.1,<4", None),
        ("flask>=2,<4", "flask>=2.3.2,<4"),
        ("flask < 4, >= 2", "flask < 4, >= 2.3.2"),
        ("flask", "flask>=2.3.2"),
        ("flask[async] ; os_name == 'nt'", "flask[async]>=2.3.2 ; os_name == 'nt'"),
        ("flask<4", "flask>=2.3.2,<4"),
        ("flask~=2.0", "flask>=2.3.2,~=2.0"),
        ("flask!=2.1", "flask>=2.3.2,!=2.1"),
        ("\ufeff# first\n\nidna==2.0.1\nflask==2.0.1\n# last", None),
        ("idna==3\nflask==2.0.1 --no-binary :none:\n", None),
        ("flask==2.0.1\nflask==1.0 ; python_version < '3'\n", None),
    ],
)
def test_requirements(before: str, after: str | None) -> None:
    assert requirements(before) == (after or _swapped(before))


def _swapped(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(
        line.replace(OLD, NEW) if line.lower().startswith("flask") else line for line in lines
    )


PINNED = f"""\
# made by a tool\r
Flask==2.0.1 ; python_version >= "3.8" \\\r
    --hash=sha256:{A} \\\r
    --hash=sha512:{A}{A}\r
    # via app\r
idna==3.7 \\\r
    --hash=sha256:{A}\r
"""


def test_hashes_are_those_of_the_new_version_alone() -> None:
    after = requirements(PINNED)
    assert after == PINNED.replace("Flask==2.0.1", "Flask==2.3.2").replace(
        f"--hash=sha256:{A} \\\r\n    --hash=sha512:{A}{A}",
        f"--hash=sha256:{B} \\\r\n    --hash=sha256:{C}",
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"flask==2.0.1 --hash=sha256:{A}\n",
            f"flask==2.3.2 --hash=sha256:{B} --hash=sha256:{C}\n",
        ),
        (
            f"flask==2.0.1 \\\n  --hash sha256:{A}  # why\n",
            f"flask==2.3.2 \\\n  --hash=sha256:{B} \\\n  --hash=sha256:{C}  # why\n",
        ),
        (
            f"flask==2.0.1 --hash=sha256:{A} --hash=sha256:{A}",
            f"flask==2.3.2 --hash=sha256:{B} --hash=sha256:{C}",
        ),
    ],
)
def test_hashes_keep_their_layout(before: str, after: str) -> None:
    assert requirements(before) == after


def test_hashes_that_are_not_known_are_not_made_up() -> None:
    blind = Upgrade(project=ProjectName("flask"), old=OLD, new=NEW)
    with pytest.raises(NotRewritten, match=r"hashes of flask 2\.3\.2 are not known"):
        requirements(PINNED, blind)


@pytest.mark.parametrize(
    "text",
    [
        "flask<2.1",
        "flask==2.0.1,<2.2",
        "flask==2.0.*",
        "flask~=2.0.1",
        "flask \\\n==2.0.1",
        f"flask==2.0.1 --hash=sha256:{A} --pre --hash=sha256:{A}",
    ],
)
def test_what_is_not_certain_is_left(text: str) -> None:
    with pytest.raises(NotRewritten):
        requirements(text)


@pytest.mark.parametrize("text", ["", "idna==2.0.1", "flask==2.0.2", "flask @ https://h.example/x"])
def test_a_file_that_does_not_ask_for_it(text: str) -> None:
    with pytest.raises(NotAsked):
        requirements(text)


def test_pins_only_leaves_ranges_alone() -> None:
    upgrade = Upgrade(project=ProjectName("flask"), old=OLD, new=NEW, pins_only=True)
    assert requirements("flask\nflask==2.0.1\n", upgrade) == "flask\nflask==2.3.2\n"
    with pytest.raises(NotAsked):
        requirements("flask>=2\n", upgrade)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_the_encoding_stays(encoding: str) -> None:
    before = "# größer\nflask==2.0.1\n".encode(encoding)
    after = rewrite_requirements(before, "r.txt", UPGRADE)
    assert after == "# größer\nflask==2.3.2\n".encode(encoding)


OTHERS = st.sampled_from(
    [
        *("# flask==2.0.1", "", "idna==3.7  # flask==2.0.1", "-r more.txt", "--pre", "flask-cors"),
        *("flask==1.0 ; os_name=='x'", f"idna==3 --hash=sha256:{A}", "  ", "-e ./flask"),
    ]
)
ASKING = st.sampled_from(
    [
        *("flask==2.0.1", "Flask[async]==2.0.1;os_name=='x'", "flask == 2.0.1  # 2.0.1"),
        f"flask==2.0.1 \\{{end}}    --hash=sha256:{A}",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n"])


@given(st.lists(OTHERS, max_size=4), ASKING, st.lists(OTHERS, max_size=4), ENDS, st.booleans())
def test_nothing_but_the_one_line_changes(
    above: list[str], asking: str, below: list[str], end: str, last: bool
) -> None:
    lines = [*above, asking.replace("{end}", end), *below]
    text = end.join(lines) + (end if last else "")
    after = requirements(text)
    first, second = list(logical_lines(text)), list(logical_lines(after))
    assert len(first) == len(second)
    changed = [(was, now) for (_, was), (_, now) in zip(first, second, strict=True) if was != now]
    assert len(changed) == 1
    was, now = changed[0]
    assert OLD in was
    assert NEW in now
    assert after.startswith(end.join(above))
    assert after.endswith(end.join(below) + (end if last else ""))


PROJECT = """\
# top
[project]
name = 'app'
dependencies = [
  "Flask==2.0.1",  # why
  'flask>=2 ; os_name == "nt"', "idna==2.0.1",
] # after
[project.optional-dependencies]
x = ["flask==2.0.1", "flask==1.0"]

[dependency-groups]
dev = ["flask[async]==2.0.1", {include-group = "lint"}]  # dev
lint = []
[tool.uv]
dev-dependencies = ["flask==2.0.1"]
[tool.other]
dependencies = ["flask==2.0.1"]
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_pyproject_keeps_everything_else(end: str) -> None:
    before = PROJECT.replace("\n", end)
    after = pyproject(before)
    expected = before.replace('"Flask==2.0.1"', '"Flask==2.3.2"')
    expected = expected.replace("flask>=2 ;", "flask>=2.3.2 ;")
    expected = expected.replace('x = ["flask==2.0.1"', 'x = ["flask==2.3.2"')
    expected = expected.replace("flask[async]==2.0.1", "flask[async]==2.3.2")
    expected = expected.replace('dev-dependencies = ["flask==2.0.1"', _dev("2.3.2"))
    assert after == expected
    assert tomllib.loads(after)["tool"]["other"]["dependencies"] == ["flask==2.0.1"]


def _dev(version: str) -> str:
    return f'dev-dependencies = ["flask=={version}"'


@pytest.mark.parametrize(
    "text",
    ["", '[project]\ndependencies = ["idna"]', '[tool.poetry.dependencies]\nflask = "2.0.1"'],
)
def test_pyproject_that_does_not_ask_for_it(text: str) -> None:
    with pytest.raises(NotAsked):
        pyproject(text)


@pytest.mark.parametrize("text", ["x", '[project]\ndependencies = ["flask<2.1"]'])
def test_pyproject_that_is_left(text: str) -> None:
    with pytest.raises(NotRewritten):
        pyproject(text)


@given(st.text(max_size=60) | st.text("flask=201.[];#\"'\n \\-", max_size=60))
def test_anything_is_rewritten_or_left(text: str) -> None:
    for rewrite in (requirements, pyproject):
        try:
            rewrite(text)
        except (NotRewritten, InvalidRequirement):
            continue
