"""Who reads verdicts on from a number misses none, however many are added at once."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from airlock.store import Records, review_rows
from tests.unit.store.examples import verdict


def test_none_comes_to_be_known_before_an_earlier_one(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, goes_on = threading.Event(), threading.Event()
    note, slow = review_rows.note, verdict(1)

    def slowly(connection: Any, noted: Any) -> None:
        if noted == slow:
            inside.set()
            goes_on.wait()
        note(connection, noted)

    monkeypatch.setattr(review_rows, "note", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(records.store.append_verdict, slow)
        inside.wait()
        second = pool.submit(records.store.append_verdict, verdict(2))
        with contextlib.suppress(TimeoutError):
            second.result(0.3)
        seen = [one.number for one in records.hunting.unread(9)]
        goes_on.set()
        first.result(), second.result()
    assert [one.number for one in records.hunting.unread(9)][: len(seen)] == seen
