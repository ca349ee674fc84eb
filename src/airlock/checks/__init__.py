"""Questions asked of a release, an artifact or a member; a folder per family, a file per check."""

from airlock.checks.interface import BareRelease, Check, NotApplicable, Subject
from airlock.checks.registry import CheckSet, load_checks
from airlock.checks.run import run_checks

__all__ = [
    "BareRelease",
    "Check",
    "CheckSet",
    "NotApplicable",
    "Subject",
    "load_checks",
    "run_checks",
]
