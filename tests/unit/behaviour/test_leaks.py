"""Baits are found in whatever coding they leave."""

import base64
import gzip
import io
import random
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.behaviour import make_baits
from airlock.behaviour.leaks import find_leaks

BAITS = make_baits(random.Random(7))
TOKENS = [bait.token for bait in BAITS]


def _zipped(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", data)
    return stream.getvalue()


CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "base64": base64.b64encode,
    "urlsafe": base64.urlsafe_b64encode,
    "lines": base64.encodebytes,
    "hexadecimal": lambda data: data.hex().encode(),
    "percent": lambda data: urllib.parse.quote(data).encode(),
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zip": _zipped,
    "reversed": lambda data: data[::-1],
    "xor": lambda data: bytes(one ^ 0x5A for one in data),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_every_file_is_found_in_every_coding(coding: str) -> None:
    for bait in BAITS:
        if bait.path:
            sent = b"id=4711&data=" + CODINGS[coding](bait.content)
            assert bait.token in [leak.token for leak in find_leaks(sent, TOKENS)], bait.path


def _with_an_unknown_method(entry: bytes) -> bytes:
    return entry.replace(b"\x14\0\0\0\0\0", b"\x14\0\0\0\x63\0")


def _encrypted(entry: bytes) -> bytes:
    return entry.replace(b"\x14\0\0\0\0\0", b"\x14\0\x01\0\0\0")


def _damaged(entry: bytes) -> bytes:
    return entry.replace(b"harmless", b"harmful!")


@pytest.mark.parametrize("harmed", [bytes, _with_an_unknown_method, _encrypted, _damaged])
@pytest.mark.parametrize("before", [1, 60, 600])
def test_no_entry_of_a_zip_hides_those_after_it(
    harmed: Callable[[bytes], bytes], before: int
) -> None:
    stream, bait = io.BytesIO(), next(bait for bait in BAITS if bait.path)
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(before):
            archive.writestr(f"{number}", f"harmless {number}")
        end = stream.tell()
        archive.writestr("stolen", bait.content)
        catalogue = stream.tell()
    whole = stream.getvalue()
    # The catalogue at the end says of each entry what stands before it, too.
    entries = len(whole[catalogue:]) // (before + 1) * before
    sent = harmed(whole[:end]) + whole[end:catalogue]
    sent += harmed(whole[catalogue : catalogue + entries]) + whole[catalogue + entries :]
    assert [leak.token for leak in find_leaks(sent, [bait.token])] == [bait.token]


@given(
    st.sampled_from(BAITS),
    st.lists(st.sampled_from(sorted(CODINGS)), max_size=2),
    st.binary(max_size=9),
)
def test_codings_within_codings(bait: object, codings: list[str], before: bytes) -> None:
    data = before + bait.content + before  # type: ignore[attr-defined]
    for coding in codings:
        data = CODINGS[coding](data)
    found = [leak.token for leak in find_leaks(data, TOKENS)]
    assert bait.token in found, codings  # type: ignore[attr-defined]


@given(st.binary(max_size=3_000))
def test_nothing_is_found_in_what_nobody_stole(data: bytes) -> None:
    assert find_leaks(data, TOKENS) == []


def test_baits_differ_from_run_to_run_and_are_alike_for_a_seed() -> None:
    again, other = make_baits(random.Random(7)), make_baits(random.Random(8))
    assert again == BAITS
    assert not {bait.token for bait in other} & set(TOKENS)
    assert all(bait.token in bait.content.decode("latin-1") for bait in other)
