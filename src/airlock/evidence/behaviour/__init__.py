"""What an artifact did when somebody watched it run."""

from airlock.evidence.behaviour.interface import Behaviour
from airlock.evidence.behaviour.known import NotWatched, Watched

__all__ = ["Behaviour", "NotWatched", "Watched"]
