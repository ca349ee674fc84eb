"""``airlock sign``: what developers vouch for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from airlock.model import ProjectName, Sha256
from airlock.trust import project_documents
from airlock.trust.workspace import Workspace
from tests.functional.conftest import airlock
from tests.simulators.mirror import Mirror
from tests.simulators.trusting import PASSPHRASE, Clock, Holders, begun, today
from tests.simulators.upstream import make_wheel

ACME = ProjectName("acme-tool")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Mirror]:
    workspace, _ = begun(tmp_path, Clock(today()))
    mirror = Mirror(workspace, {})
    mirror.start()
    yield mirror
    mirror.stop()


def known(workspace: Workspace, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "secret").write_text(PASSPHRASE)
    return {
        "AIRLOCK_ROOT": str(workspace.metadata.folder / "1.root.json"),
        "AIRLOCK_DATA": str(tmp_path / "data"),
    }


def test_signs_a_release_with_as_many_keys_as_it_takes(server: Mirror, tmp_path: Path) -> None:
    holders = Holders(tmp_path / "developers", "ada", "ben")
    filename, built = make_wheel("acme-tool", "1.0")
    (tmp_path / filename).write_bytes(built)
    index = server.url.replace("/tuf/", "/simple/")
    words = ("--index", index, "--passphrase-file", str(tmp_path / "secret"))
    environment = known(server.workspace, tmp_path)
    keys = [word for path in holders.public() for word in ("--developer-key", str(path))]
    ada, ben = (holders.folder / name for name in holders.names)

    first = airlock(
        "sign", tmp_path / filename, "--key", ada, *keys, "--threshold", "2", *words, **environment
    )

    assert first.returncode == 0, first.stderr
    assert "It claims acme-tool" in first.stdout
    assert "lacks 1" in first.stdout
    document = tmp_path / "acme-tool.airlock.json"
    second = airlock("sign", document, "--key", ben, *words, **environment)
    assert second.returncode == 0, second.stderr
    assert "is complete" in second.stdout
    found = project_documents.read(document.read_bytes(), ACME)
    assert found.files[filename].sha256 == Sha256.of(built)
    assert len(found.targets) == 2
    assert found.keys.threshold == 2
    assert project_documents.missing(document.read_bytes(), ACME, [found.keys]) == {}
    stranger = Holders(tmp_path / "others", "eve")
    third = airlock("sign", document, "--key", stranger.folder / "eve", *words, **environment)
    assert third.returncode == 2
    assert "is not for the key" in third.stderr
