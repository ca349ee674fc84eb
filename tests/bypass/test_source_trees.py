"""Repositories that mean harm: nothing of them runs, nothing is read that they have no right to."""

import subprocess
from pathlib import Path

import pytest

from airlock.archive import open_archive
from airlock.errors import SourceError, TargetNotFound
from airlock.model import ArtifactKind, ArtifactName, ProjectName
from airlock.sources.trees import Asked, TakenTree, take_tree
from airlock.sources.trees.packing import TreeLimits
from tests.simulators.repositories import GitServer, commit, git, make_repository

PROJECT = ProjectName("pilot")
TREE = {"pilot.py": "A = 1\n", ".gitattributes": "* filter=evil diff=evil\n"}


def take(location: str | Path, folder: Path, limits: TreeLimits | None = None) -> TakenTree:
    place = folder / "taken"
    place.mkdir()
    asked = Asked(location=str(location), project=PROJECT, version="1.0")
    return take_tree(asked, place, limits)


def paths(taken: TakenTree) -> dict[str, str]:
    """Return the members of a tree, as the archive reader sees them, and where links lead."""
    name = ArtifactName("pilot-1.0.tar", PROJECT, "1.0", ArtifactKind.SDIST)
    with open_archive(taken.path, name) as reading:
        assert reading.whole
        return {member.path: member.link for member in reading.members}


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[Path, Path]:
    """Return a repository whose settings and hooks leave a trace when they run, and the trace."""
    repository, trace = make_repository(tmp_path / "hostile"), tmp_path / "trace"
    commit(repository, TREE, "v1.0")
    runs = f"touch {trace}"
    for setting in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "core.alternateRefsCommand",
        "uploadpack.packObjectsHook",
        "filter.evil.smudge",
        "filter.evil.clean",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.external",
        "credential.helper",
        "alias.ls-tree",
        "alias.cat-file",
    ):
        git(repository, "config", setting, f"!{runs}" if "alias" in setting else runs)
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction", "post-index-change"):
        path = repository / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{runs}\n")
        path.chmod(0o755)
    return repository, trace


def test_neither_settings_nor_hooks_of_a_folder_run(
    hostile: tuple[Path, Path], tmp_path: Path
) -> None:
    repository, trace = hostile
    assert "pilot-1.0/pilot.py" in paths(take(repository, tmp_path))
    assert not trace.exists()


def test_neither_settings_nor_hooks_behind_a_url_run(
    hostile: tuple[Path, Path], tmp_path: Path
) -> None:
    repository, trace = hostile
    with GitServer(repository.parent) as server:
        assert "pilot-1.0/pilot.py" in paths(take(f"{server.url}/hostile", tmp_path))
    assert not trace.exists()


def test_objects_that_a_repository_promises_are_not_fetched(
    hostile: tuple[Path, Path], tmp_path: Path
) -> None:
    repository, trace = hostile
    git(repository, "config", "remote.origin.url", f"ext::touch {trace}")
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "remote.origin.uploadpack", f"touch {trace};")
    git(repository, "config", "extensions.partialClone", "origin")
    blob = git(repository, "rev-parse", "v1.0:pilot.py")
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(SourceError, match=r"objects of its tree|git says"):
        take(repository, tmp_path)
    assert not trace.exists()


def test_the_user_s_own_settings_have_no_say(
    hostile: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository, trace = hostile
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[core]\n\tfsmonitor = touch {trace}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_SSH_COMMAND", f"touch {trace}")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", f"touch {trace}")
    monkeypatch.setenv("GIT_EXEC_PATH", str(tmp_path / "nowhere"))
    take(repository, tmp_path)
    assert not trace.exists()


def test_links_lead_nowhere(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "links")
    (repository / "out").symlink_to("/etc/passwd")
    (repository / "up").symlink_to("../../secret")
    commit(repository, TREE, "v1.0")
    found = paths(take(repository, tmp_path))
    assert found["pilot-1.0/out"] == "/etc/passwd"
    assert found["pilot-1.0/up"] == "../../secret"


def tree_of(repository: Path, *entries: tuple[str, str]) -> None:
    """Commit a tree that git itself would not make: entries are raw names with texts."""
    raw = b""
    for name, text in entries:
        blob = git(repository, "hash-object", "-w", "--stdin", given=text.encode())
        raw += f"100644 {name}\0".encode() + bytes.fromhex(blob)
    tree = git(repository, "hash-object", "-w", "--literally", "-t", "tree", "--stdin", given=raw)
    made = git(repository, "commit-tree", tree, "-m", "odd")
    git(repository, "tag", "--force", "v1.0", made)


def test_paths_that_lead_out_are_harmless(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "odd")
    tree_of(repository, ("../../escape", "x"), ("/absolute", "x"), (".git/config", "x"))
    found = paths(take(repository, tmp_path))
    assert all(not path.startswith("/") and ".." not in path.split("/") for path in found)
    assert not (tmp_path / "escape").exists()


def test_a_server_cannot_lead_to_another_protocol(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "served")
    commit(repository, TREE, "v1.0")
    with GitServer(tmp_path) as server, pytest.raises(SourceError):
        take(f"{server.url}/away/served", tmp_path)


def test_a_tree_that_is_too_much_is_not_taken(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "large")
    commit(repository, {f"{number}.py": "A = 1\n" for number in range(9)}, "v1.0")
    with pytest.raises(SourceError, match="larger than any"):
        take(repository, tmp_path, TreeLimits(files=8))


def test_a_folder_that_is_too_much_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    for number in range(9):
        (tmp_path / "plain" / f"{number}.py").write_text("A = 1\n")
    with pytest.raises(TargetNotFound, match="larger than any"):
        take(tmp_path / "plain", tmp_path, TreeLimits(files=8))


def test_a_submodule_is_told_and_not_fetched(tmp_path: Path) -> None:
    repository, trace = make_repository(tmp_path / "outer"), tmp_path / "trace"
    modules = f'[submodule "inner"]\n\tpath = inner\n\turl = ext::touch {trace}\n'
    value = commit(repository, TREE | {".gitmodules": modules})
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{value},inner")
    git(repository, "commit", "--quiet", "--message", "A submodule")
    git(repository, "tag", "1.0")
    assert take(repository, tmp_path).origin.submodules == ("inner",)
    assert not trace.exists()


def test_without_git_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = make_repository(tmp_path / "there")
    commit(repository, TREE, "v1.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Exception, match="git is not installed") as told:
        take(repository, tmp_path)
    assert "apt-get install git" in getattr(told.value, "hint", "")


def test_a_work_tree_and_packed_references_are_read(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "first")
    value = commit(repository, TREE, "v1.0")
    git(repository, "pack-refs", "--all")
    git(repository, "gc", "--quiet")
    git(repository, "worktree", "add", "--quiet", "--detach", str(tmp_path / "second"))
    (tmp_path / "a").mkdir()
    assert take(tmp_path / "second", tmp_path / "a").origin.commit == value
    bare = tmp_path / "bare"
    subprocess.run(["git", "clone", "--quiet", "--bare", repository, bare], check=True)
    (tmp_path / "b").mkdir()
    assert take(bare, tmp_path / "b").origin.commit == value
