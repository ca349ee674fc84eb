"""The memory as a file: whole, of the right version, and asked rightly."""

from pathlib import Path

import msgspec
import pytest

from airlock.errors import MalformedDocument
from airlock.evidence.fingerprints import Likeness
from airlock.evidence.fingerprints.memory import (
    SUPPLIED,
    FileFingerprints,
    Memory,
    Remembered,
    make_memory,
    read_memory,
    write_memory,
)
from airlock.evidence.fingerprints.specimen import is_known_to

FAMILIES = {
    "family-b": Remembered(frozenset({5, 2**64 - 1, 7}), frozenset({9})),
    "family-a": Remembered(frozenset({5, 0}), frozenset()),
    "family-c": Remembered(frozenset(), frozenset({9, 10})),
}
MEMORY = make_memory(FAMILIES, made_on="2026-11-23", specimens=4)


def remembering(tmp_path: Path, memory: Memory = MEMORY) -> FileFingerprints:
    path = tmp_path / "families.bin"
    path.write_bytes(write_memory(memory))
    return FileFingerprints(path)


def test_reads_what_was_written() -> None:
    assert read_memory(write_memory(MEMORY), "here") == MEMORY
    assert MEMORY.families == ("family-a", "family-b", "family-c")


def test_names_every_family_with_anything_in_common_likest_first(tmp_path: Path) -> None:
    found = remembering(tmp_path).likenesses({5, 7, 8}, {10, 11})
    assert found == [
        Likeness(family="family-c", shared=0, remembered=0, exact=True),
        Likeness(family="family-b", shared=2, remembered=3),
        Likeness(family="family-a", shared=1, remembered=2),
    ]
    assert [round(one.share, 2) for one in found] == [0.0, 0.67, 0.5]


def test_finds_the_least_and_the_greatest_number(tmp_path: Path) -> None:
    memory = remembering(tmp_path)
    assert [one.family for one in memory.likenesses({0}, ())] == ["family-a"]
    assert [one.family for one in memory.likenesses({2**64 - 1}, ())] == ["family-b"]
    assert memory.likenesses({1, 6, 8, 2**63}, {8, 11}) == []


def test_memory_of_nothing_knows_nothing(tmp_path: Path) -> None:
    nothing = make_memory({}, made_on="2026-11-23", specimens=0)
    assert remembering(tmp_path, nothing).likenesses({1, 2}, {3}) == []


def test_nothing_but_hashes_and_labels_is_in_it() -> None:
    memory = read_memory(SUPPLIED.read_bytes(), "the supplied memory")
    assert all(label == "test-specimen" or _is_label(label) for label in memory.families)
    numbers = len(memory.grams) + len(memory.wholes)
    owners = numbers // 4
    labels = sum(len(label) + 2 for label in memory.families)
    rest = SUPPLIED.stat().st_size - numbers - owners - labels - len(memory.remembered)
    assert rest < 300
    assert SUPPLIED.stat().st_size < 1_000_000


def _is_label(label: str) -> bool:
    start, _, digits = label.partition("-")
    return start == "family" and len(digits) == 8 and int(digits, 16) >= 0


def test_supplied_memory_knows_its_specimen() -> None:
    assert is_known_to(FileFingerprints())


@pytest.mark.parametrize("cut", [0, 1, 20, 100, -1])
def test_file_that_was_cut_is_refused(cut: int) -> None:
    with pytest.raises(MalformedDocument, match="here"):
        read_memory(write_memory(MEMORY)[:cut], "here")


def test_every_changed_byte_is_noticed() -> None:
    data = write_memory(MEMORY)
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(MalformedDocument):
            read_memory(changed, "here")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"format": 2}, "version 2"),
        ({"method": 99}, "99"),
        ({"families": ("one",)}, "families"),
        ({"remembered": b"\0"}, "families"),
        ({"grams": MEMORY.grams[:-1]}, "owners"),
        ({"gram_owners": MEMORY.gram_owners[:-2]}, "owners"),
        ({"wholes": MEMORY.wholes + bytes(8)}, "owners"),
        ({"whole_owners": b"\xff\xff" * 3}, "no family"),
    ],
)
def test_memory_that_makes_no_sense_is_refused(changes: dict[str, object], told: str) -> None:
    wrong = msgspec.structs.replace(MEMORY, **changes)
    with pytest.raises(MalformedDocument, match=told):
        read_memory(write_memory(wrong), "here")


def test_file_that_is_not_there_is_an_error_when_it_is_asked(tmp_path: Path) -> None:
    lost = FileFingerprints(tmp_path / "lost.bin")
    with pytest.raises(MalformedDocument, match="cannot be read"):
        lost.likenesses({1}, ())
