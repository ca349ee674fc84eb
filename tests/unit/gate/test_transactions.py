"""Releases on their way in, whenever a process is killed."""

import datetime as dt
from pathlib import Path

import pytest

from airlock.errors import TargetNotFound
from airlock.gate.upload.transactions import Transactions
from airlock.model import ProjectName

NOW = dt.datetime.now(dt.UTC)
PROJECT = ProjectName("acme-tool")


@pytest.fixture
def transactions(tmp_path: Path) -> Transactions:
    return Transactions(tmp_path, lambda: NOW)


@pytest.mark.parametrize("gone", ["begun.json", "document.json"])
def test_what_was_killed_while_it_was_dropped_is_passed_over(
    transactions: Transactions, tmp_path: Path, gone: str
) -> None:
    """A server that could not start again for it would be down for good."""
    half, whole = (transactions.begin(PROJECT, b"{}", "ada") for _ in range(2))
    for one in (half, whole):
        transactions.seal(one)
    (tmp_path / f"{half}.sealed" / gone).unlink()

    assert [one.id for one in transactions.sealed()] == [whole]
    assert not (tmp_path / f"{half}.sealed").exists()


def test_what_is_dropped_is_not_sealed_any_more(transactions: Transactions, tmp_path: Path) -> None:
    made = transactions.begin(PROJECT, b"{}", "ada")
    transactions.seal(made)
    transactions.drop(made)
    assert list(transactions.sealed()) == []
    assert list(tmp_path.iterdir()) == []


def test_what_another_process_drops_meanwhile_is_not_there(
    transactions: Transactions, tmp_path: Path
) -> None:
    made = transactions.begin(PROJECT, b"{}", "ada")
    (tmp_path / made / "document.json").unlink()
    with pytest.raises(TargetNotFound):
        transactions.get(made)
