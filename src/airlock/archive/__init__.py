"""Bytes in, members out: the only code that parses hostile containers."""

from airlock.archive.interface import Anomaly, Limits, Member, MemberKind, Reading
from airlock.archive.opening import open_archive

__all__ = ["Anomaly", "Limits", "Member", "MemberKind", "Reading", "open_archive"]
