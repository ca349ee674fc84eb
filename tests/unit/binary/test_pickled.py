"""Which names a pickle imports, by whatever opcodes, and which of them speak against it."""

import builtins
import collections
import datetime as dt
import os
import pickle
import struct
from decimal import Decimal
from pathlib import PurePosixPath

import pytest

from airlock.binary.opcodes import walk
from airlock.binary.pickled import canonical, dangers
from airlock.model import Severity


class _Calls:
    """Pickled, it asks an unpickler to call a function."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.asked = function, arguments

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.asked


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    ("function", "name"),
    [
        (os.system, "os.system"),
        (builtins.eval, "builtins.eval"),
        (builtins.__import__, "builtins.__import__"),
    ],
)
def test_what_the_pickler_writes_is_seen(protocol: int, function: object, name: str) -> None:
    data = pickle.dumps([1, {"a": _Calls(function, "true")}], protocol)
    (danger,) = dangers(data)
    assert (danger.name, danger.severity) == (name, Severity.CRITICAL)
    assert danger.texts == ("true",)


def counted(text: bytes) -> bytes:
    return b"X" + struct.pack("<I", len(text)) + text


HAND_MADE = {
    "global of protocol 0": b"cos\nsystem\n(S'true'\ntR.",
    "instance": b"(S'true'\nios\nsystem\n.",
    "object": b"(cos\nsystem\nS'true'\no.",
    "new object": b"\x80\x02cos\nsystem\n(" + counted(b"true") + b"t\x81.",
    "names in the memo": (
        b"\x80\x04\x8c\x02os\x94\x8c\x06system\x940h\x00h\x01\x93\x8c\x04true\x85R."
    ),
    "names put by number": b"Vos\np7\n0Vsystem\np9\n0g7\ng9\n\x93(Vtrue\ntR.",
    "escaped letters": b"V\\u006fs\nVsystem\n\x93(S'true'\ntR.",
    "escaped letters of old text": b"S'\\x6fs'\nS'system'\n\x93(S'true'\ntR.",
    "long length": b"\x80\x04\x8d"
    + struct.pack("<Q", 2)
    + b"os\x8c\x06system\x93\x8c\x04true\x85R.",
    "decoys under the names": (
        b"\x80\x04\x8c\x02os\x8c\x06system(\x8c\x0bcollections\x8c\x0bOrderedDict1\x93\x8c\x04true\x85R."
    ),
    "duplicated name": b"\x80\x04\x8c\x02os20\x8c\x06system\x93\x8c\x04true\x85R.",
    "a number that only unpicklers read": b"I0x1\n0cos\nsystem\n(S'true'\ntR.",
    "broken behind": b"\x80\x04cos\nsystem\n(S'true'\ntR\xff\xff\xff",
    "without an end": b"\x80\x02cos\nsystem\n(S'true'\ntR",
    "behind another": pickle.dumps([1, 2]) + b"\x80\x02cos\nsystem\n(S'true'\ntR.",
    "in a frame": (
        b"\x80\x04\x95\x18\0\0\0\0\0\0\0\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R."
    ),
}


@pytest.mark.parametrize("data", HAND_MADE.values(), ids=HAND_MADE.keys())
def test_what_is_made_by_hand_is_seen(data: bytes) -> None:
    assert "os.system" in {danger.name for danger in dangers(data)}


def test_behind_a_long_pickle_names_are_searched_as_text() -> None:
    data = b"\x80\x04](" + b"K\1" * 300_000 + b"e0cos\nsystem\n(S'true'\ntR."
    assert walk(data).broken
    assert walk(data).imports == ()
    assert [danger.name for danger in dangers(data)] == ["os.system"]
    stacked = b"\x80\x04](" + b"K\1" * 300_000 + b"e0\x8c\x02os\x94\x8c\x06system\x94\x93."
    assert [danger.name for danger in dangers(stacked)] == ["os.system"]


@pytest.mark.parametrize(
    ("data", "severity"),
    [
        (b"\x80\x04\x8c\x07urllib.\x8c\x02xx\x93.", None),
        (b"\x80\x02curllib.request\nurlopen\n.", Severity.HIGH),
        (b"\x80\x02cpip._internal.cli.main\nmain\n.", Severity.CRITICAL),
        (b"\x80\x02cpkgutil\nresolve_name\n.", Severity.CRITICAL),
        (b"\x80\x02cnumpy.testing._private.utils\nrunstring\n.", Severity.CRITICAL),
        (b"\x80\x02c__builtin__\ngetattr\n.", Severity.LOW),
        (
            b"\x80\x04c_codecs\ndecode\n\x8c\x02bf\x8c\x05rot13\x86R\x8c\x06system\x93.",
            Severity.MEDIUM,
        ),
        (b"\x80\x02csklearn.tree._tree\nTree\n.", None),
        (b"\x80\x02cprofile\nUser\n.", None),
        (b"\x80\x02ccode\nSnippet\n.", None),
    ],
)
def test_names_have_their_weights(data: bytes, severity: Severity | None) -> None:
    assert next((danger.severity for danger in dangers(data)), None) is severity


@pytest.mark.parametrize("protocol", range(6))
def test_honest_objects_are_spared(protocol: int) -> None:
    things = [
        collections.OrderedDict(os="system"),
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        Decimal("1.5"),
        PurePosixPath("/usr/bin/subprocess"),
        {"subprocess", "os", "builtins"},
        b"cos\nsystem\n(S'true'\ntR.",
        "cbuiltins\neval\n",
    ]
    assert list(dangers(pickle.dumps(things, protocol))) == []


def test_one_spelling_for_each_name() -> None:
    assert canonical("posix.system") == canonical("nt.system") == "os.system"
    assert canonical("__builtin__.eval") == "builtins.eval"
    assert canonical("name") == "name"
