"""``.pre-commit-hooks.yaml``: every hook is a command that there is, for files that it reads."""

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from airlock.cli import airlock
from airlock.sources.dependencies import tells_dependencies
from tests.simulators import dependency_files

HOOKS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
class TestHook:
    def test_its_entry_is_a_command(self, hook: dict[str, Any], tmp_path: Path) -> None:
        lock = tmp_path / "uv.lock"
        lock.write_text(dependency_files.UV_LOCK)
        program, name, *arguments = shlex.split(hook["entry"])
        assert program == "airlock"
        command = airlock.get_command(click.Context(airlock), name)
        assert command is not None
        command.make_context(name, [*arguments, str(lock)])

    def test_it_is_asked_about_every_lock_file(self, hook: dict[str, Any], tmp_path: Path) -> None:
        locks = [name for name in dependency_files.FILES if "lock" in name]
        assert locks
        for name in locks:
            path = tmp_path / name
            path.write_text(dependency_files.FILES[name])
            assert re.search(hook["files"], f"deep/{name}")
            assert tells_dependencies(path)
        assert not re.search(hook["files"], "src/clock.py")
