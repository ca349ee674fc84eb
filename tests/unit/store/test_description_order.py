"""What a later version of a project says stays, however many are examined at once."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from airlock.model import ProjectName
from airlock.model.description import Description
from airlock.store import Records, hosting_rows
from airlock.store.readings import Reading
from tests.unit.store.examples import digest

EXAMPLE = ProjectName("example")


def _reading(version: str, number: int) -> Reading:
    said = Description(version=version, requires=(ProjectName(f"needs-{number}"),))
    return Reading(EXAMPLE, (digest(number), f"{version}.tar.gz"), None, digest(number), said)


def test_an_earlier_version_that_commits_later_does_not_replace_it(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, goes_on = threading.Event(), threading.Event()
    put, new, old = hosting_rows.put_core_metadata, _reading("2.0", 2), _reading("1.0", 1)

    def slowly(connection: Any, project: ProjectName, file: Any, metadata: Any) -> None:
        if file == new.file:
            inside.set()
            goes_on.wait()
        put(connection, project, file, metadata)

    monkeypatch.setattr(hosting_rows, "put_core_metadata", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(records.store.keep_reading, new)
        inside.wait()
        second = pool.submit(records.store.keep_reading, old)
        with contextlib.suppress(TimeoutError):
            second.result(0.3)
        goes_on.set()
        first.result(), second.result()
    assert records.browsing.described(EXAMPLE) == new.description
