"""Whatever a file of dependencies holds, it is read whole or refused by name."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.errors import AirlockError
from airlock.model import Inventory
from airlock.sources.dependencies import read_dependencies
from tests.simulators.dependency_files import FILES


def read(name: str, data: bytes) -> Inventory:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        (inventory,) = read_dependencies(path)
        return inventory


@pytest.mark.parametrize("name", FILES)
@given(data=st.binary(max_size=100) | st.text(max_size=100).map(str.encode))
def test_anything_is_read_or_refused(name: str, data: bytes) -> None:
    try:
        read(name, data)
    except AirlockError as error:
        assert name in str(error)  # noqa: PT017 (both ends are allowed)


@pytest.mark.parametrize("name", FILES)
@given(st.data())
def test_a_file_with_a_piece_missing_is_read_or_refused(name: str, data: st.DataObject) -> None:
    text = FILES[name].encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    try:
        found = read(name, text[:start] + data.draw(st.binary(max_size=4)) + text[end:])
    except AirlockError as error:
        assert name in str(error)  # noqa: PT017 (both ends are allowed)
    else:
        for one in found.dependencies:
            assert one.unauditable or (one.project and one.version)
