"""Whether a project imports anything of a distribution."""

from collections.abc import Callable
from pathlib import Path

import pytest

from airlock.errors import TargetNotFound
from airlock.model import Dependency, ProjectName
from airlock.model.audit import Reach
from airlock.sources.reaching import reachability

Asked = Callable[..., Reach]


def put(site: Path, name: str, *files: str, requires: str = "", **more: str) -> None:
    record = site / f"{name}-1.0.dist-info"
    record.mkdir(parents=True)
    lines = "".join(f"Requires-Dist: {one}\n" for one in requires.split("|") if one)
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{lines}")
    (record / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    for file, text in more.items():
        (record / file.replace("_txt", ".txt")).write_text(text)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / ".venv/lib/python3.11/site-packages"
    site.mkdir(parents=True)
    (tmp_path / ".venv/pyvenv.cfg").write_text("home = /usr/bin\n")
    put(site, "PyYAML", "yaml/__init__.py", "yaml/loader.py", "_yaml/__init__.py")
    put(site, "flask", "flask/__init__.py", requires="werkzeug>=2 ; python_version > '3'")
    put(site, "werkzeug", "werkzeug/__init__.py", requires="markupsafe")
    put(site, "markupsafe", "markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so")
    put(site, "single", "single.py")
    put(site, "cloud-storage", "google/cloud/storage/__init__.py")
    put(site, "cloud-pubsub", "google/cloud/pubsub/__init__.py")
    put(site, "rest", "rest_framework/__init__.py")
    put(site, "plugged", "plugged.py", entry_points_txt="[pytest11]\nx = plugged\n")
    put(site, "program", "program.py", entry_points_txt="[console_scripts]\nx = program:main\n")
    put(site, "starting", "starting.pth", "starting.py")
    put(site, "speed", "speed.py")
    put(site, "fast", "fast.py", requires="speed ; extra == 'more'")
    return site


@pytest.fixture
def ask(tmp_path: Path, site: Path) -> Asked:
    def asked(project: str, **files: str) -> Reach:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_py", ".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        dependency = Dependency(
            project=ProjectName(project), version="1.0", path="x", requirement=project
        )
        return reachability(tmp_path).of(dependency)

    return asked


@pytest.mark.parametrize(
    ("code", "project", "line"),
    [
        ("\nimport yaml", "pyyaml", 2),
        ("import os, yaml.loader as y", "pyyaml", 1),
        ("from yaml import loader", "pyyaml", 1),
        ("def f():\n    import single", "single", 2),
        ("from google.cloud import storage", "cloud-storage", 1),
        ("import google.cloud.storage.blob", "cloud-storage", 1),
        ("import importlib\nimportlib.import_module('yaml.x')", "pyyaml", 2),
        ("__import__('yaml')", "pyyaml", 1),
        ("try:\n  import yaml\nexcept ImportError: pass", "pyyaml", 2),
        ("import unheard_of", "unheard-of", 1),
    ],
)
def test_imported(ask: Asked, code: str, project: str, line: int) -> None:
    assert ask(project, app__main_py=code) == Reach(imported=True, where=(f"app/main.py:{line}",))


@pytest.mark.parametrize(
    ("code", "project"),
    [
        ("import json", "pyyaml"),
        ("from . import yaml", "pyyaml"),
        ("import yamlx", "pyyaml"),
        ("from google.cloud import pubsub", "cloud-storage"),
        ("import yaml", "program"),
        ("# import yaml", "pyyaml"),
    ],
)
def test_not_imported(ask: Asked, code: str, project: str) -> None:
    assert ask(project, app_py=code) == Reach(imported=False)


def test_what_an_import_brings_along_is_imported(ask: Asked) -> None:
    through = ask("markupsafe", app_py="import flask\n")
    assert through == Reach(imported=True, where=("app.py:1",), reason="through werkzeug") or (
        through == Reach(imported=True, where=("app.py:1",), reason="through flask")
    )


@pytest.mark.parametrize(
    ("code", "project", "reason"),
    [
        ("import json", "unheard-of", "not installed"),
        (
            "import importlib\nimportlib.import_module(name)",
            "pyyaml",
            "app.py:2 may import what only",
        ),
        ("APPS = ['rest_framework']", "rest", "a string at app.py:1"),
        ("APPS = ['werkzeug.debug']", "markupsafe", "werkzeug may need it; a string"),
        ("x = ", "pyyaml", "app.py cannot be read as Python"),
        ("x" + "[" * 5000, "pyyaml", "app.py cannot be read as Python"),
        ("", "plugged", "plugin (pytest11)"),
        ("", "starting", ".pth"),
        ("import fast", "speed", "extras"),
    ],
)
def test_nobody_can_tell(ask: Asked, code: str, project: str, reason: str) -> None:
    found = ask(project, app_py=code)
    assert found.imported is None
    assert reason in found.reason


def test_notebooks_are_not_read_and_said_so(ask: Asked, tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text("{}")
    assert ask("pyyaml").reason == "a.ipynb is not read"


def test_environments_in_the_project_are_not_the_project(ask: Asked, tmp_path: Path) -> None:
    for folder in ("other", "node_modules", ".tox"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.py").write_text("import yaml\n")
    (tmp_path / "other" / "pyvenv.cfg").touch()
    assert ask("pyyaml").imported is False


def test_a_script_is_a_project_of_one_file(tmp_path: Path, site: Path) -> None:
    (tmp_path / "a.py").write_text("import yaml\n")
    (tmp_path / "b.py").write_text("import single\n")
    found = reachability(tmp_path / "a.py")
    told = {
        name: found.of(
            Dependency(project=ProjectName(name), version="1", path="x", requirement=name)
        ).imported
        for name in ("pyyaml", "single")
    }
    assert told == {"pyyaml": True, "single": False}


def test_the_project_itself_asks_for_nothing(ask: Asked, tmp_path: Path, site: Path) -> None:
    url = f'{{"url": "file://{tmp_path}", "dir_info": {{"editable": true}}}}'
    put(site, "app", "__editable__.app.pth", requires="single", **{"direct_url.json": url})
    assert ask("single", app_py="import json\n").imported is False


def test_an_environment_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(TargetNotFound):
        reachability(tmp_path, tmp_path / "nothing")


def test_without_any_environment_only_a_yes_is_sure(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import yaml\n")
    found = reachability(tmp_path)
    for name, imported in (("yaml", True), ("pyyaml", None)):
        asked = Dependency(project=ProjectName(name), version="1", path="x", requirement=name)
        assert found.of(asked).imported is imported


def test_names_that_are_no_text_are_told_as_escapes(ask: Asked, tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.py").write_text("import yaml\n")
    assert ask("pyyaml").where == ("caf\\udce9.py:1",)
