"""What came before an artifact: the release before it, and the other form of its own release."""

from airlock.evidence.history.interface import History
from airlock.evidence.history.known import KnownHistory, NoHistory

__all__ = ["History", "KnownHistory", "NoHistory"]
