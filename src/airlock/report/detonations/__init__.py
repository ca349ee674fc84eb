"""Reports of detonations: text, JSON, and a page that needs nothing but itself."""

from airlock.report.detonations.results import Detonated, decision_of, exit_code

__all__ = ["Detonated", "decision_of", "exit_code"]
