import subprocess
import sys
from pathlib import Path

import pypi_simple
import pytest

from airlock.errors import UsageError
from airlock.sources.pip_configuration import certificate_file
from airlock.sources.pip_configuration import default_index_url as read_index_url

FILES = {
    "system": "etc/pip.conf",
    "xdg": "xdg/pip/pip.conf",
    "legacy": "home/.pip/pip.conf",
    "user": "home/.config/pip/pip.conf",
    "venv": "venv/pip.conf",
    "named": "named.conf",
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment in which pip has no configuration but what a test writes."""
    return {
        "HOME": str(tmp_path / "home"),
        "VIRTUAL_ENV": str(tmp_path / "venv"),
        "XDG_CONFIG_DIRS": str(tmp_path / "xdg"),
    }


def default_index_url(environ: dict[str, str]) -> str:
    """Ask in an environment whose system has the configuration that a test writes."""
    return read_index_url(environ, Path(environ["HOME"]).with_name("etc"))


def write(folder: Path, which: str, text: str) -> Path:
    path = folder / FILES[which]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def index(url: str, section: str = "global") -> str:
    return f"[{section}]\nindex-url = {url}\n"


def test_public_index_if_nobody_says_anything(environ: dict[str, str]) -> None:
    assert default_index_url(environ) == pypi_simple.PYPI_SIMPLE_ENDPOINT


def test_strongest_wins(environ: dict[str, str], tmp_path: Path) -> None:
    for which in ("xdg", "system", "legacy", "user", "venv"):
        write(tmp_path, which, index(f"https://{which}.example/"))
        assert default_index_url(environ) == f"https://{which}.example/"
    environ["PIP_CONFIG_FILE"] = str(write(tmp_path, "named", index("https://named.example/")))
    assert default_index_url(environ) == "https://named.example/"
    environ["PIP_INDEX_URL"] = "https://variable.example/"
    assert default_index_url(environ) == "https://variable.example/"
    environ["AIRLOCK_UPSTREAM"] = "https://airlock.example/"
    assert default_index_url(environ) == "https://airlock.example/"


@pytest.mark.parametrize("which", ["xdg", "legacy", "user", "named"])
def test_pip_agrees(which: str, environ: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path, which, index("https://index.example/simple"))
    if which == "named":
        environ["PIP_CONFIG_FILE"] = str(path)
    # pip looks beside the interpreter that runs it, not where the environment says.
    environ["VIRTUAL_ENV"] = sys.prefix
    command = [sys.executable, "-m", "pip", "config", "list"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    assert f"global.index-url='{read_index_url(environ)}'" in done.stdout.splitlines()


def test_named_file_stands_for_the_users(environ: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, "user", index("https://user.example/"))
    environ["PIP_CONFIG_FILE"] = str(write(tmp_path, "named", ""))
    assert default_index_url(environ) == pypi_simple.PYPI_SIMPLE_ENDPOINT


def test_named_file_that_is_not_there(environ: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, "user", index("https://user.example/"))
    environ["PIP_CONFIG_FILE"] = str(tmp_path / "nowhere.conf")
    assert default_index_url(environ) == "https://user.example/"


def test_no_file_at_all(environ: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, "venv", index("https://venv.example/"))
    environ["PIP_CONFIG_FILE"] = "/dev/null"
    assert default_index_url(environ) == pypi_simple.PYPI_SIMPLE_ENDPOINT


def test_home_of_configuration(environ: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, "user", index("https://user.example/"))
    environ["XDG_CONFIG_HOME"] = str(tmp_path / "elsewhere")
    assert default_index_url(environ) == pypi_simple.PYPI_SIMPLE_ENDPOINT


def test_section_of_the_command_wins(environ: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, "venv", index("https://global.example/"))
    write(tmp_path, "xdg", index("https://install.example/", "install"))
    assert default_index_url(environ) == "https://install.example/"


@pytest.mark.parametrize("key", ["index_url", "INDEX-URL", "--index-url"])
def test_spellings_of_the_key(key: str, environ: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, "venv", f"[global]\n{key} = https://index.example/\n")
    assert default_index_url(environ) == "https://index.example/"


@pytest.mark.parametrize("name", ["AIRLOCK_UPSTREAM", "PIP_INDEX_URL"])
def test_empty_is_not_said(name: str, environ: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, "venv", index(""))
    environ[name] = " "
    assert default_index_url(environ) == pypi_simple.PYPI_SIMPLE_ENDPOINT


def test_second_index_is_not_the_first(environ: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, "venv", "[global]\nextra-index-url = https://extra.example/\n")
    assert default_index_url(environ) == pypi_simple.PYPI_SIMPLE_ENDPOINT


@pytest.mark.parametrize("text", ["no section\n", "[global]\nx=1\nx=2\n", "\udcff"])
def test_broken_file_is_named(text: str, environ: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path, "venv", "")
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(UsageError, match=r"pip\.conf"):
        default_index_url(environ)


def test_folder_in_the_place_of_a_file(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "venv" / "pip.conf").mkdir(parents=True)
    assert default_index_url(environ) == pypi_simple.PYPI_SIMPLE_ENDPOINT


def test_certificates(environ: dict[str, str], tmp_path: Path) -> None:
    system = tmp_path / "etc"
    assert certificate_file(environ, system) is None
    environ["CURL_CA_BUNDLE"] = "/curl"
    assert certificate_file(environ, system) == "/curl"
    environ["REQUESTS_CA_BUNDLE"] = "/requests"
    assert certificate_file(environ, system) == "/requests"
    environ["SSL_CERT_FILE"] = "/ssl"
    assert certificate_file(environ, system) == "/ssl"
    write(tmp_path, "venv", "[global]\ncert = /pip-conf\n")
    assert certificate_file(environ, system) == "/pip-conf"
    environ["PIP_CERT"] = "/pip"
    assert certificate_file(environ, system) == "/pip"
