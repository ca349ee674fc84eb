"""What is publicly known of the releases of ``example``, for the checks of the family advisory."""

import functools
import tempfile
from pathlib import Path

from airlock.evidence.advisories.files import DatabaseAdvisories
from tests.simulators.advisories import advisories, between, osv

CRITICAL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


@functools.cache
def example_advisories() -> DatabaseAdvisories:
    """Return advisories about versions from 2 on, and nothing about 1.0."""
    with tempfile.TemporaryDirectory(prefix="airlock-example-") as folder:
        return advisories(
            Path(folder),
            osv("MAL-2026-1", "example", versions=["6.6"]),
            osv("GHSA-alias", "example", versions=["6.7"], aliases=["MAL-2026-2"]),
            osv("PYSEC-2026-1", "example", between("2.0", "2.4"), vector=CRITICAL),
            osv("PYSEC-2026-2", "example", between("2.2", last_affected="2.3")),
            osv("PYSEC-2026-3", "example", between("3.0")),
            osv("PYSEC-2026-4", "example", between("4.0", "4.1"), withdrawn="2026-01-01T00:00:00Z"),
            osv("PYSEC-2026-5", "another-example", between()),
        )
