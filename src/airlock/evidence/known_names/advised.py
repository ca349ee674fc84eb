"""The names in the malware records of an advisory database, beside those known without one.

- A record about every version makes the name itself known to be hostile. One about some versions
  is told and no more: an honest project may have been taken over for a day, and its releases are
  judged one by one (the family ``advisory``).
- A database that is not there says nothing; one that cannot be read is an error.
"""

from collections.abc import Sequence

from airlock.evidence.advisories import Advisories
from airlock.evidence.known_names.interface import Kind, KnownName, KnownNames
from airlock.model import ProjectName


class AdvisedKnownNames(KnownNames):
    """Knows the names of another source, and those of malware records.

    Args:
        others: the other source, which comes first.
        advisories: that have the records.
    """

    def __init__(self, others: KnownNames, advisories: Advisories) -> None:
        self._others = others
        self._advisories = advisories

    def of(self, name: ProjectName) -> Sequence[KnownName]:
        """Return what is known of a name.

        Raises:
            NotExamined: if there is a database that cannot be read.
        """
        records = self._advisories.malware(name)
        return (
            *self._others.of(name),
            *(
                KnownName(
                    name=name,
                    kind=Kind.MALICIOUS if record.whole else Kind.TAINTED,
                    source=f"{record.id} of the advisory database",
                )
                for record in records
            ),
        )
