"""When the index received the file.

Rules about age, such as a cooldown for new releases, need to know when a file was uploaded (PEP
700). A file whose age nobody can say must not pass for an old one:

- **no upload time**: the check fails, and what was not examined is held;
- **an upload time before there was any index** (2003): a placeholder, so the check fails as well;
- **an upload time in the future** (medium): somebody's clock is wrong, or somebody wants a rule
  about age to be wrong. Ten minutes are allowed for clocks.

It is skipped for files that no index announced, such as local ones. Whether a file is too young is
up to the policy, not to this check.
"""

import datetime as dt
from collections.abc import Iterator

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, Severity

# The public index opened in 2003; indexes that do not know write 1970, or year 1.
_FIRST_INDEX = dt.datetime(2003, 1, 1, tzinfo=dt.UTC)
_CLOCKS_DIFFER = dt.timedelta(minutes=10)


class UploadTime(Check):
    """Does the index say when it received the file, and can that be?"""

    id = "metadata-upload-time"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for a time to come; fail for a time that is not known."""
        release = subject.release
        if release.source is None:
            raise NotApplicable("no index announced the file")
        uploaded = release.upload_time
        if uploaded is None:
            raise NotExamined("the index does not say when the file was uploaded")
        if uploaded < _FIRST_INDEX:
            raise NotExamined(f"the index gives {uploaded:%Y-%m-%d} as upload time, a placeholder")
        if uploaded > subject.facts.now + _CLOCKS_DIFFER:
            yield Finding(
                severity=Severity.MEDIUM,
                confidence=Confidence.HIGH,
                message="The index says that the file will be uploaded in the future.",
                evidence=f"{uploaded.isoformat()}, examined {subject.facts.now.isoformat()}",
            )
