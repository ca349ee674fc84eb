"""How bad a vulnerability is, computed here from its CVSS vectors (FIRST: CVSS 2.0, 3.x, 4.0).

- Of several vectors the one of the newest CVSS counts; of those, the highest score.
- A vector that cannot be read rates nothing; the record is read all the same.
- The words for ranges of scores are those of CVSS 3 and 4, section "Qualitative severity rating".
"""

from collections.abc import Iterable
from typing import NamedTuple

from airlock.errors import MissingExtra
from airlock.model import Severity

_LONGEST_VECTOR = 300
_WORDS = {
    "none": Severity.INFO,
    "low": Severity.LOW,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "important": Severity.HIGH,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}
_LEAST_SCORES = (
    (9.0, Severity.CRITICAL),
    (7.0, Severity.HIGH),
    (4.0, Severity.MEDIUM),
    (0.1, Severity.LOW),
)


class Rating(NamedTuple):
    """What was made of a record's vectors."""

    severity: Severity | None = None
    score: float | None = None
    vector: str = ""


def rate(vectors: Iterable[tuple[str, str]], word: str = "") -> Rating:
    """Return the rating of a record.

    Args:
        vectors: of OSV: the type, such as ``CVSS_V3``, and the vector.
        word: the database's own severity, for records without a vector that can be read.

    Raises:
        MissingExtra: if the library that computes scores is not installed.
    """
    rated = [(kind, score, vector) for kind, vector in vectors if (score := _score(vector)) >= 0]
    if not rated:
        return Rating(_WORDS.get(word.strip().lower()))
    _, score, vector = max(rated)
    return Rating(severity_of(score), score, vector)


def severity_of(score: float) -> Severity:
    """Return the word for a score from 0 to 10."""
    return next((word for least, word in _LEAST_SCORES if score >= least), Severity.INFO)


def _score(vector: str) -> float:
    """Return the base score of a vector; -1 if it cannot be read."""
    try:
        from cvss import CVSS2, CVSS3, CVSS4
        from cvss.exceptions import CVSSError
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"{error.name} is not installed",
            hint="Install the parts of it with: pip install 'pypi-airlock[audit]'",
        ) from error
    if len(vector) > _LONGEST_VECTOR:
        return -1.0
    read = CVSS4 if vector.startswith("CVSS:4") else CVSS3 if vector.startswith("CVSS:3") else CVSS2
    try:
        return float(read(vector).scores()[0])
    except (CVSSError, ValueError, KeyError, IndexError, TypeError, ArithmeticError):
        return -1.0
