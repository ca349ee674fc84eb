"""Known campaigns, remembered by fingerprints of their code; never by the code."""

from airlock.evidence.fingerprints.interface import Fingerprints, Likeness

__all__ = ["Fingerprints", "Likeness"]
