from pathlib import Path

import pytest

from airlock.errors import InvalidRequirement, TargetNotFound
from airlock.sources.requirements import RequirementLine, read_requirements

DIGEST = "ab" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "requirements.txt"


def read(path: Path, text: str) -> tuple[RequirementLine, ...]:
    path.write_text(text, encoding="utf-8")
    return read_requirements(path)


def only(path: Path, text: str) -> RequirementLine:
    (line,) = read(path, text)
    return line


def test_names_and_specifiers(path: Path) -> None:
    lines = read(path, "# all of it\n\nFlask >= 2, <4  # why\nclick[b,a]==8.1.0\n  attrs\n")
    told = [(line.project, line.specifier, line.line, line.applies) for line in lines]
    assert told == [
        ("flask", "<4,>=2", 3, True),
        ("click", "==8.1.0", 4, True),
        ("attrs", "", 5, True),
    ]
    assert lines[1].extras == ("a", "b")
    assert lines[0].text == "Flask >= 2, <4"
    assert lines[0].origin == f"{path}:3"


def test_continued_line_with_hashes(path: Path) -> None:
    text = f"a==1 \\\n    --hash=sha256:{DIGEST.upper()} \\\n    --hash sha512:{'c' * 128}\nb\n"
    first, second = read(path, text)
    assert first.hashes == (f"sha256:{DIGEST}", f"sha512:{'c' * 128}")
    assert (first.line, second.line) == (1, 4)


@pytest.mark.parametrize(
    ("marker", "applies"),
    [("python_version > '3'", True), ("python_version < '3'", False), ("extra == 'x'", False)],
)
def test_marker(path: Path, marker: str, *, applies: bool) -> None:
    line = only(path, f"example; {marker}")
    assert (line.project, line.applies, line.holds) == ("example", applies, applies)


@pytest.mark.parametrize(
    "text",
    [
        "-e .",
        "--editable=git+https://git.example/a#egg=a",
        "https://files.example/a-1.zip",
        "git+ssh://git@git.example/a",
        "file:///srv/a",
        "example @ https://files.example/a-1.zip",
        "example[x]@file:///srv/a",
        "./a",
        "../a[x]",
        ".",
        "a/b",
        "/srv/a",
        "a\\b",
        "a-1.0-py3-none-any.whl",
        "a-1.0.tar.gz",
        "a==${VERSION}",
        "${WHAT}",
        "-e ${WHERE}",
        "-r ${WHERE}",
        "-r https://files.example/r.txt",
        "-c FILE:///srv/c.txt",
    ],
)
def test_what_cannot_be_looked_up_is_said(path: Path, text: str) -> None:
    line = only(path, text)
    assert line.problem
    assert line.text == text.replace("git@", "")


def test_what_does_not_apply_here_is_no_problem(path: Path) -> None:
    line = only(path, "a @ https://files.example/a-1.zip ; python_version < '3'")
    assert (line.problem, line.applies) == ("", False)


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://index.example/",
        "-ihttps://index.example/",
        "--extra-index=https://index.example/",
        "--no-index",
        "--pre --prefer-binary",
        "--find-links ${WHERE}",
        "--no-binary :all:",
        "--trusted-host index.example",
        "--require-hashes",
        f"--hash=sha256:{DIGEST}",
    ],
)
def test_options_are_recorded(path: Path, text: str) -> None:
    option, requirement = read(path, f"{text}\nexample")
    assert (option.text, option.project, option.problem) == (text, None, "")
    assert requirement.applies


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "a b",
        "a==",
        "a; python_version",
        "a; nonsense == '3'",
        f"{'a' * 300}",
        "a;" + "(" * 5000,
        "--no-such-option",
        "--index-url",
        "--pre=yes",
        "--hash=sha256:abc a",
        "-r 'unbalanced",
        "a --hash=md5:00",
        "a --hash=sha256:zz",
        f"a --hash={DIGEST}",
        "-r",
        "-r nowhere.txt",
        "-r .",
        "-r a\0b",
        "[global]",
        "<html>",
    ],
)
def test_bad_line_is_named(path: Path, text: str) -> None:
    with pytest.raises(InvalidRequirement, match=r"requirements\.txt:2: "):
        read(path, f"good\n{text}\n")


def test_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(TargetNotFound):
        read_requirements(path)
    with pytest.raises(TargetNotFound):
        read_requirements(path.parent)


def test_includes_are_relative_to_their_file(path: Path) -> None:
    inner = path.parent / "more" / "inner.txt"
    inner.parent.mkdir()
    inner.write_text("-r deepest.txt\nb")
    (inner.parent / "deepest.txt").write_text("c")
    lines = read(path, "a\n-r more/inner.txt\nd")
    assert [line.project for line in lines] == ["a", None, None, "c", "b", "d"]
    assert lines[3].path.endswith("more/deepest.txt")


def test_all_includes_of_a_line_are_read(path: Path) -> None:
    for name in ("a", "b", "c"):
        path.with_name(f"{name}.txt").write_text(name)
    lines = read(path, "-r a.txt --requirement=b.txt -c c.txt")
    told = [(line.project, line.applies) for line in lines]
    assert told == [(None, False), ("a", True), ("b", True), ("c", False)]


def test_same_file_twice_is_no_circle(path: Path) -> None:
    path.with_name("a.txt").write_text("a")
    assert len(read(path, "-r a.txt\n-r a.txt")) == 4


@pytest.mark.parametrize("name", ["requirements.txt", "./requirements.txt", "link.txt"])
def test_circle(path: Path, name: str) -> None:
    path.with_name("link.txt").symlink_to(path)
    with pytest.raises(InvalidRequirement, match="includes itself"):
        read(path, f"-r {name}")


def test_too_deep(path: Path) -> None:
    for number in range(30):
        path.with_name(f"{number}.txt").write_text(f"-r {number + 1}.txt")
    with pytest.raises(InvalidRequirement, match="too many"):
        read(path, "-r 0.txt")


def test_too_many(path: Path) -> None:
    for number in range(12):
        path.with_name(f"{number}.txt").write_text(f"-r {number + 1}.txt\n-r {number + 1}.txt\n")
    path.with_name("12.txt").touch()
    with pytest.raises(InvalidRequirement, match="too many"):
        read(path, "-r 0.txt")


def test_too_large(path: Path) -> None:
    with pytest.raises(InvalidRequirement, match="too large"):
        read(path, "#" * (9 * 1024 * 1024))


def test_constraints_apply(path: Path) -> None:
    limits = "a!=2; python_version > '3'\na<1; python_version < '3'\nother==1"
    path.with_name("c.txt").write_text(f"A<3 --hash=sha256:{DIGEST}\n{limits}")
    lines = read(path, "a>=1\n-c c.txt\nb")
    asked = [(line.project, line.specifier) for line in lines if line.applies]
    assert asked == [("a", "!=2,<3,>=1"), ("b", "")]
    assert lines[0].hashes == (f"sha256:{DIGEST}",)
    assert [line.project for line in lines if line.constraint] == ["a", "a", "a", "other"]


def test_own_hashes_go_before_those_of_constraints(path: Path) -> None:
    path.with_name("c.txt").write_text(f"a --hash=sha256:{'0' * 64}")
    lines = read(path, f"-c c.txt\na --hash=sha256:{DIGEST}")
    assert lines[-1].hashes == (f"sha256:{DIGEST}",)


def test_constraint_to_a_url_is_a_problem_of_what_it_constrains(path: Path) -> None:
    path.with_name("c.txt").write_text("a @ https://files.example/a-1.zip")
    line = read(path, "-c c.txt\na")[-1]
    assert line.applies
    assert "c.txt:1 constrains it" in line.problem


@pytest.mark.parametrize(
    "data",
    [
        "größe".encode("utf-8-sig"),
        "größe".encode("utf-16"),
        "größe".encode("utf-32"),
        b"\xfe\xff" + "größe".encode("utf-16-be"),
        b"# coding: latin-1\n" + "größe".encode("latin-1"),
        b"# x\n# -*- coding=latin-1 -*-\n" + "größe".encode("latin-1"),
    ],
)
def test_encodings(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(InvalidRequirement, match="größe"):
        read_requirements(path)


@pytest.mark.parametrize(
    "data", [b"a\xff", b"# coding: no-such\na", b"# coding: base64\na", b"\xff\xfea"]
)
def test_encoding_that_is_none(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(InvalidRequirement, match="not a text"):
        read_requirements(path)
