"""Who published an artifact: attestations, verified without a network (PEP 740)."""

from airlock.evidence.provenance.absent import NoAttestor
from airlock.evidence.provenance.interface import Attestor, Candidate

__all__ = ["Attestor", "Candidate", "NoAttestor"]
