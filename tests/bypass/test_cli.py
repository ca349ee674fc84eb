"""Ways in which a command could say that all is well, and it is not."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.conftest import airlock
from tests.simulators.upstream import Fault, Upstream, make_sdist, make_wheel

ONLY_UNEXAMINABLE = """\
--index-url https://index.example/simple/
-e ./local
./folder/wheel-1.0-py3-none-any.whl
harbour @ https://files.example/harbour-1.0.tar.gz
git+https://git.example/harbour.git#egg=harbour
https://files.example/harbour-1.0.tar.gz
${SECRET_PACKAGE}
"""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as index:
        yield index


def marking_sdist(folder: Path, marker: Path) -> Path:
    """Write an sdist each of whose ways to be built, tested or imported leaves a mark."""
    leave = f"open({str(marker)!r}, 'a').write(__name__)\n"
    encoded = base64.b64encode(leave.encode()).decode()
    files: dict[str, bytes | str] = {
        "marking/__init__.py": leave,
        "marking/__main__.py": leave,
        "conftest.py": leave,
        "backend.py": leave,
        "marking.pth": f"import os; {leave}",
        "sitecustomize.py": leave,
        "hidden.py": f"import base64\nexec(base64.b64decode('{encoded}'))\n",
        "setup.cfg": "[metadata]\nname = marking\nversion = attr: marking.VERSION\n",
        "pyproject.toml": (
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        ),
    }
    filename, data = make_sdist("marking", "1.0", files, setup_py=leave)
    path = folder / filename
    path.write_bytes(data)
    return path


def test_scan_executes_nothing_of_a_package(tmp_path: Path) -> None:
    """The dry run executes setup.py before any check."""
    marker = tmp_path / "executed"
    path = marking_sdist(tmp_path, marker)

    done = airlock("scan", path, PYTHONPATH="")

    assert done.returncode in {0, 1, 3}, done.stderr
    assert path.name in done.stdout
    assert not marker.exists()


def test_scan_by_name_executes_nothing_either(tmp_path: Path, upstream: Upstream) -> None:
    marker = tmp_path / "executed"
    path = marking_sdist(tmp_path, marker)
    upstream.add(path.name, path.read_bytes())

    done = airlock("scan", "marking", "--index", upstream.url)

    assert path.name in done.stdout
    assert not marker.exists()


def test_file_of_requirements_that_cannot_be_examined_is_not_clean(
    tmp_path: Path, upstream: Upstream
) -> None:
    """All dependencies skipped, "no known vulnerabilities found", exit 0."""
    path = tmp_path / "requirements.txt"
    path.write_text(ONLY_UNEXAMINABLE)

    done = airlock("scan", "-r", path, "--index", upstream.url)

    assert done.returncode == 3, done.stdout + done.stderr
    assert "0 admitted" not in done.stdout
    assert "6 unexamined" in done.stdout
    assert upstream.count("*") == 0


@pytest.mark.parametrize("text", ["", "# nothing\n", "other; python_version < '3'\n"])
def test_file_of_requirements_that_asks_for_nothing_is_not_clean(
    tmp_path: Path, upstream: Upstream, text: str
) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(text)

    done = airlock("scan", "-r", path, "--index", upstream.url)

    assert done.returncode == 3
    assert done.stdout == "Nothing was examined.\n"


def test_one_line_that_cannot_be_examined_is_enough(tmp_path: Path, upstream: Upstream) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    path = tmp_path / "requirements.txt"
    path.write_text("harbour\nanchor @ https://files.example/anchor-1.0.tar.gz\n")

    done = airlock("scan", "-r", path, "--index", upstream.url)

    assert done.returncode == 3
    assert "1 unexamined, 1 admitted" in done.stdout


def test_folder_without_artifacts_is_not_clean(tmp_path: Path) -> None:
    assert airlock("scan", tmp_path).returncode == 2


def test_unknown_upload_time_is_held(upstream: Upstream) -> None:
    """Unknown upload time passes the cooldown."""
    upstream.add(*make_wheel("harbour", "1.0"), upload_time=None)

    done = airlock("scan", "harbour", "--index", upstream.url)

    assert done.returncode == 3
    assert "upload" in done.stdout


def test_file_that_fails_to_arrive_is_not_clean(upstream: Upstream) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    upstream.add(*make_sdist("harbour", "1.0"))
    upstream.fault("/files/harbour-1.0.tar.gz", Fault.STATUS, 404)

    done = airlock("scan", "harbour", "--index", upstream.url)

    assert done.returncode == 4
    assert "1 unexamined, 1 admitted" in done.stdout


@pytest.mark.parametrize("spelling", ["evil-pkg", "Evil_Pkg", "EVIL.PKG"])
def test_denied_project_is_refused_under_every_spelling(
    tmp_path: Path, upstream: Upstream, spelling: str
) -> None:
    """A deny list beaten by Evil_Pkg."""
    upstream.add(*make_wheel("evil-pkg", "1.0"))
    policy = tmp_path / "policy.toml"
    policy.write_text('[policy]\nname = "test"\ndeny = ["evil.PKG"]\n')

    done = airlock("scan", spelling, "--index", upstream.url, "--policy", policy)

    assert done.returncode == 1


def test_refusal_is_not_hidden_by_a_failure_elsewhere(tmp_path: Path, upstream: Upstream) -> None:
    """Blocked install exits 0."""
    upstream.add(*make_wheel("evil-pkg", "1.0"))
    policy = tmp_path / "policy.toml"
    policy.write_text('[policy]\nname = "test"\ndeny = ["evil-pkg"]\n')

    done = airlock(
        "scan", "evil-pkg", "missing", "nothing.whl", "--index", upstream.url, "--policy", policy
    )

    assert done.returncode == 1
