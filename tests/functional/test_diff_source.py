"""``airlock diff --source`` as its users run it: a release beside the tree of its tag."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from airlock.cli import airlock as command
from tests.checks.packing import pack_sdist, pack_wheel
from tests.functional.conftest import airlock
from tests.simulators.repositories import GitServer, commit, git, make_repository
from tests.simulators.upstream import Upstream
from tests.unit.report.test_diff import VALIDATOR

TREE = {
    "README.md": "# Pilot\n",
    "LICENSE": "Do as you like.\n",
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "flit_core.buildapi"\n',
    "src/pilot/__init__.py": '"""Steers."""\n\n__version__ = "0"\n',
    "src/pilot/core.py": "def steer() -> int:\n    return 1\n",
    "tests/test_pilot.py": "import os\n\nos.system('true')\n",
}
STAMPED = TREE | {"src/pilot/__init__.py": '"""Steers."""\n\n__version__ = "1.0"\n'}
BUSY = "import os\n\nos.system('true')\n\n\ndef steer() -> int:\n    return 1\n"


def wheel_of(tree: dict[str, str], **more: str) -> dict[str, bytes]:
    installed = {
        path.removeprefix("src/"): text for path, text in tree.items() if path.startswith("src/")
    }
    return {path: text.encode() for path, text in (installed | more).items()}


def diff(*arguments: str | Path) -> Result:
    """Run the command in this process, which saves most of its time; it examines in others."""
    return CliRunner().invoke(command, ["diff", "--no-progress", *map(str, arguments)])


class Port:
    """A repository with two tags, and releases of it: as built, and tampered with."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        self.folder = folder
        self.upstream = upstream
        self.repository = make_repository(folder / "repositories/pilot")
        commit(self.repository, TREE | {"src/pilot/core.py": "OLD = 1\n"}, "v0.9")
        self.commit = commit(self.repository, TREE, "v1.0")
        commit(self.repository, {"src/pilot/core.py": BUSY})
        honest, bad = folder / "honest", folder / "bad"
        honest.mkdir()
        bad.mkdir()
        sources = {path: text.encode() for path, text in STAMPED.items()}
        self.sdist = pack_sdist(honest, sources, filename="pilot-1.0.tar.gz")
        wheel = "pilot-1.0-py3-none-any.whl"
        self.wheel = pack_wheel(honest, wheel_of(STAMPED), filename=wheel)
        tampered = wheel_of(STAMPED, **{"pilot/core.py": BUSY})
        self.bad = pack_wheel(bad, tampered, filename=wheel)

    def report(self, *arguments: str | Path) -> tuple[int, dict[str, Any]]:
        done = diff(*arguments, "--format", "json", "--index", self.upstream.url)
        document: dict[str, Any] = json.loads(done.stdout)
        VALIDATOR.validate(document)
        return done.exit_code, document


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Port]:
    with Upstream() as upstream:
        yield Port(tmp_path_factory.mktemp("port"), upstream)


def test_what_was_built_from_the_tag_is_clean(port: Port) -> None:
    for path, same in ((port.wheel, 1), (port.sdist, 5)):
        code, document = port.report("--source", port.repository, path)
        (one,) = document["diffs"]
        assert code == 0, document
        assert one["old"] is None
        assert (one["source"]["tag"], one["source"]["commit"]) == ("v1.0", port.commit)
        assert (one["source"]["same"], one["source"]["foreign"]) == (same, [])
        assert "the version filled in" in {made["how"] for made in one["source"]["generated"]}


def test_what_acts_and_is_not_in_the_tag_is_held(port: Port) -> None:
    done = airlock("diff", "--source", port.repository, port.bad)
    assert done.returncode == 3, done.stdout + done.stderr
    told = f"beside {port.repository} at v1.0 ({port.commit[:12]})"
    assert done.stdout.startswith(f"hold    {port.bad.name} {told}\n")
    assert "It does this when it is imported; the source does not." in done.stdout
    assert "+os.system('true')" in done.stdout


def test_a_release_is_compared_in_every_way(port: Port) -> None:
    for path in (port.wheel, port.sdist):
        port.upstream.add(path.name, path.read_bytes())
    old = pack_wheel(port.folder, wheel_of(TREE), filename="pilot-0.9-py3-none-any.whl")
    port.upstream.add(old.name, old.read_bytes())
    code, document = port.report("--source", port.repository, "pilot==1.0")
    pairs = [
        (one["old"]["filename"] if one["old"] else "the tree", one["new"]["filename"])
        for one in document["diffs"]
    ]
    assert code == 0, document
    assert sorted(pairs) == [
        ("pilot-0.9-py3-none-any.whl", port.wheel.name),
        (port.sdist.name, port.wheel.name),
        ("the tree", port.wheel.name),
        ("the tree", port.sdist.name),
    ]


def test_a_repository_at_a_url(port: Port) -> None:
    with GitServer(port.folder / "repositories") as server:
        url = f"{server.url}/pilot"
        code, document = port.report("--source", url, port.wheel)
        assert code == 0, document
        source = document["diffs"][0]["source"]
        assert (source["location"], source["commit"]) == (url, port.commit)
        # Credentials of a URL are shown to nobody.
        secret = url.replace("http://", "http://ada:hush@")
        done = diff("--source", secret, port.bad)
        assert done.exit_code == 3, done.output
        assert "hush" not in done.output


def test_a_folder_that_is_no_repository(port: Port, tmp_path: Path) -> None:
    for path, text in TREE.items():
        place = tmp_path / "unpacked" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    (tmp_path / "unpacked/link").symlink_to("/etc/hostname")
    code, document = port.report("--source", tmp_path / "unpacked", port.wheel)
    source = document["diffs"][0]["source"]
    assert (code, source["tag"], source["commit"]) == (0, "", "")


def test_the_tag_may_be_named(port: Port) -> None:
    code, document = port.report("--source", port.repository, "--tag", "main", port.bad)
    assert code == 0, document
    assert document["diffs"][0]["source"]["tag"] == "main"


def test_code_in_a_submodule_is_not_called_the_same(port: Port, tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "with")
    commit(repository, TREE)
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{port.commit},src/pilot/helm")
    git(repository, "commit", "--quiet", "--message", "A submodule")
    git(repository, "tag", "1.0")
    files = wheel_of(STAMPED, **{"pilot/helm/turn.py": "A = 1\n"})
    wheel = pack_wheel(tmp_path, files, filename=port.wheel.name)
    code, document = port.report("--source", repository, wheel)
    assert code == 3
    assert document["diffs"][0]["source"]["unseen"] == ["pilot/helm/turn.py"]
    assert "submodules" in document["diffs"][0]["new"]["reasons"][0]["message"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--source", "no-such-folder", "WHEEL"], "no folder no-such-folder"),
        (["--source", "ext::sh -c true", "WHEEL"], "no folder ext::sh -c true"),
        (["--source", "git://a.example/pilot", "WHEEL"], "https:// or ssh://"),
        (["--source", "http://a.example/pilot", "WHEEL"], "https:// or ssh://"),
        (["--source", "ssh://-oProxyCommand=true/pilot", "WHEEL"], "https:// or ssh://"),
        (["--source", "REPOSITORY", "--tag", "nowhere", "WHEEL"], "no tag 'nowhere'"),
        (["--source", "REPOSITORY", "WHEEL", "WHEEL"], "name one release"),
        (["--source", "REPOSITORY", "missing-1.0.tar.gz"], "missing-1.0.tar.gz"),
        (["WHEEL"], "--source"),
        (["--tag", "v1.0", "WHEEL", "WHEEL"], "--tag is of a --source"),
    ],
)
def test_wrong_usage_has_exit_code_2(port: Port, arguments: list[str], told: str) -> None:
    known = {"WHEEL": str(port.wheel), "REPOSITORY": str(port.repository)}
    done = diff(*(known.get(one, one) for one in arguments))
    assert getattr(done.exception, "exit_code", None) or done.exit_code == 2
    assert told in f"{done.output}{done.exception}{getattr(done.exception, 'hint', '')}"


def test_a_version_without_a_tag_names_those_nearby(port: Port, tmp_path: Path) -> None:
    wheel = pack_wheel(tmp_path, wheel_of(TREE), filename="pilot-1.1-py3-none-any.whl")
    done = airlock("diff", "--source", port.repository, wheel)
    assert done.returncode == 2
    assert "no tag is one of version 1.1" in done.stderr
    assert "Near: v1.0." in done.stderr
