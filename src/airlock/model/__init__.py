"""Values only: what Airlock talks about. Imports nothing of ours but the tree of errors.

Every value is frozen. A name, version or digest is validated once, where it is made, so that code
that holds one never asks again.
"""

from airlock.model.artifact import Artifact, ArtifactKind, ArtifactName
from airlock.model.dependency import Dependency, Inventory
from airlock.model.finding import Confidence, Finding, Severity
from airlock.model.identity import ProjectName, Sha256
from airlock.model.outcome import Outcome, Status
from airlock.model.release import ListedFile, ProjectListing, Release
from airlock.model.verdict import Decision, PolicyVersion, Reason, Verdict

__all__ = [
    "Artifact",
    "ArtifactKind",
    "ArtifactName",
    "Confidence",
    "Decision",
    "Dependency",
    "Finding",
    "Inventory",
    "ListedFile",
    "Outcome",
    "PolicyVersion",
    "ProjectListing",
    "ProjectName",
    "Reason",
    "Release",
    "Severity",
    "Sha256",
    "Status",
    "Verdict",
]
