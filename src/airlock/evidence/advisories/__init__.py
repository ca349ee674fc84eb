"""Known vulnerabilities and known malware: the port, and the compiled database that answers."""

from airlock.evidence.advisories.interface import Advisories, Known

__all__ = ["Advisories", "Known"]
