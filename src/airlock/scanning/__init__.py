"""From what a user names to verdicts, without a server or a store."""

from airlock.scanning.run import Progress, Scan, ScanRequest, Silent

__all__ = ["Progress", "Scan", "ScanRequest", "Silent"]
