"""The online part: sequence, expiry, garbage, and that python-tuf agrees with every byte."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.formats import encode_canonical
from tuf.api.metadata import Metadata, Snapshot

from airlock.errors import StoreError, UsageError
from airlock.trust import documents, roles, verification
from airlock.trust.documents import SnapshotText
from airlock.trust.metadata import FolderMetadata
from airlock.trust.states import Change
from airlock.trust.workspace import Workspace
from tests.simulators.trusting import Clock, added, begun, content_of

PATHS = [f"files/p{number}/p{number}-1.0.tar.gz" for number in range(40)]


def examine(workspace: Workspace) -> verification.Examined:
    return verification.examine(workspace.metadata, workspace.clock())


def canonical(metadata: Metadata[Any]) -> bytes:
    text = encode_canonical(metadata.signed.to_dict())
    assert text
    return text.encode()


def test_what_was_begun_verifies(workspace: Workspace) -> None:
    found = examine(workspace)

    assert found.problems == ()
    assert found.targets == 0


def test_published_targets_verify(workspace: Workspace) -> None:
    files = {path: path.encode() for path in PATHS}

    snapshot = workspace.repository.publish(added(files), reason="test")

    assert snapshot == 2
    assert examine(workspace).problems == ()
    assert dict(workspace.repository.targets()) == {p: content_of(d) for p, d in files.items()}


def test_what_changes_nothing_makes_no_snapshot(workspace: Workspace) -> None:
    workspace.repository.publish(added({PATHS[0]: b"x"}), reason="test")

    assert workspace.repository.publish(added({PATHS[0]: b"x"}), reason="test") == 2


def test_revoked_target_is_gone(workspace: Workspace) -> None:
    workspace.repository.publish(added({PATHS[0]: b"x", PATHS[1]: b"y"}), reason="test")

    workspace.repository.publish([Change(PATHS[0], None)], reason="malware")

    assert workspace.repository.target(PATHS[0]) is None
    assert workspace.repository.target(PATHS[1]) == content_of(b"y")
    assert examine(workspace).problems == ()


def test_two_processes_make_one_sequence(workspace: Workspace) -> None:
    other = Workspace.open(workspace.folder, workspace.clock)

    numbers = [
        side.repository.publish(added({path: b"x"}), reason="test")
        for path, side in zip(PATHS, [workspace, other] * 20, strict=True)
    ]

    assert numbers == list(range(2, 42))
    assert len(dict(workspace.repository.targets())) == 40
    assert examine(workspace).problems == ()


@pytest.mark.parametrize(
    "path", ["", "x", "../x/y", "files/x/../y", "/files/x", "files//x", "files/x/a b", 'files/x/"']
)
def test_path_that_could_be_two_is_refused(workspace: Workspace, path: str) -> None:
    with pytest.raises(UsageError):
        workspace.repository.publish(added({path: b""}), reason="test")


def test_bins_are_signed_again_over_the_day_and_not_at_once(
    workspace: Workspace, clock: Clock
) -> None:
    bins = examine(workspace).bins
    signed = []
    for _ in range(48):
        clock.forward(minutes=30)
        signed.append(workspace.repository.resign())
        assert not [one for one in examine(workspace).problems if not one.soon]

    assert sum(signed) >= bins
    assert max(signed) <= bins / 4


def test_outage_of_hours_is_survived(workspace: Workspace, clock: Clock) -> None:
    for _ in range(16):
        clock.forward(hours=1)
        workspace.repository.resign()

    clock.forward(hours=7)

    assert not [one for one in examine(workspace).problems if not one.soon]


def test_snapshot_is_written_as_python_tuf_would(workspace: Workspace) -> None:
    data = workspace.metadata.get("1.snapshot.json")
    assert data is not None
    snapshot = Metadata[Snapshot].from_bytes(data)

    assert snapshot.signed_bytes == canonical(snapshot)
    assert snapshot.signed_bytes in data


NAMES = st.text(st.sampled_from("abz-019"), min_size=1, max_size=8).map(lambda name: f"r{name}")


@given(st.dictionaries(NAMES, st.integers(1, 10**9)), st.dictionaries(NAMES, st.integers(1, 99)))
def test_patched_snapshot_is_that_which_is_written_anew(
    before: dict[str, int], changes: dict[str, int]
) -> None:
    patched = SnapshotText(before)
    for name, version in changes.items():
        patched.set(name, version)
    now = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)

    whole = SnapshotText(before | changes).document(3, now, [])

    assert patched.document(3, now, []) == whole
    parsed = Metadata[Snapshot].from_bytes(whole).signed
    assert {n.removesuffix(".json"): m.version for n, m in parsed.meta.items()} == before | changes


@given(
    st.dictionaries(
        st.from_regex(r"files/[a-z0-9.]{1,9}/[A-Za-z0-9._+-]{1,20}", fullmatch=True), st.binary()
    )
)
def test_bin_is_canonical(files: dict[str, bytes]) -> None:
    targets = {path: content_of(data) for path, data in files.items()}
    content = documents.BinContent(1, dt.datetime(2026, 1, 2, tzinfo=dt.UTC), targets)

    data = documents.bin_document(content, [])

    assert canonical(Metadata.from_bytes(data)) in data
    assert documents.read_bin(data) == content


def test_garbage_goes_and_roots_stay(workspace: Workspace, clock: Clock) -> None:
    for number in range(5):
        workspace.repository.publish(added({PATHS[0]: b"%d" % number}), reason="test")

    kept = set(workspace.metadata.names())
    assert workspace.repository.collect_garbage() == 0
    clock.now = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    workspace.repository.publish(added({PATHS[0]: b"last"}), reason="test")
    removed = workspace.repository.collect_garbage()

    assert removed >= 5
    assert set(workspace.metadata.names()) < kept | {"7.snapshot.json"} | {
        name for name in workspace.metadata.names() if "b-" in name
    }
    assert workspace.metadata.get("1.root.json")
    workspace.repository.resign()
    assert examine(workspace).problems == ()


def test_bins_are_sized_to_the_files() -> None:
    assert [roles.bits_for(files) for files in (1, 5_000, 500_000, 7_000_000)] == [4, 9, 13, 15]


def test_rebinning_keeps_every_target(tmp_path: Path, clock: Clock) -> None:
    from airlock.trust import operations

    workspace, holders = begun(tmp_path, clock)
    workspace.repository.publish(added(dict.fromkeys(PATHS, b"x")), reason="test")

    before, after = operations.rebin(workspace, 5000)
    holders.sign(workspace)
    workspace.install(reason="rebin")

    found = examine(workspace)
    assert (before, after) == (4, 9)
    assert (found.bins, found.targets, found.problems) == (512, 40, ())


def test_nothing_was_published(tmp_path: Path, clock: Clock) -> None:
    workspace = Workspace(tmp_path, clock)

    with pytest.raises(StoreError, match="nothing was published"):
        workspace.repository.state()


@pytest.mark.parametrize("name", ["../x.json", "x", "1.root.json/..", "", "0.root.json", ".json"])
def test_store_knows_names_of_metadata_only(tmp_path: Path, name: str) -> None:
    store = FolderMetadata(tmp_path / "metadata", tmp_path / "lock")

    with pytest.raises(StoreError):
        store.put({name: b""})
