"""What is noticed while a container is read, collected under bounds.

- A hostile container cannot fill the memory with anomalies: of each code, the first few are kept,
  and one more says how many there were.
- Inside a nested archive nothing counts for more than *low* and nothing is ``unread``: no installer
  opens it, and the tests of honest projects are full of archives that are broken on purpose. Only
  what was left unread because a limit was reached keeps its weight there.
"""

from collections import Counter

import msgspec

from airlock.archive.interface import NESTED, Anomaly
from airlock.model import Confidence, Severity

_MOST_OF_A_CODE = 40


class _Ledger:
    """Where the collectors of one reading write."""

    def __init__(self) -> None:
        self.kept: list[Anomaly] = []
        self.counts: Counter[str] = Counter()
        self.dropped: dict[str, Anomaly] = {}
        """Of each code, the worst that was too much to keep."""

    def write(self, anomaly: Anomaly) -> None:
        self.counts[anomaly.code] += 1
        if self.counts[anomaly.code] <= _MOST_OF_A_CODE:
            self.kept.append(anomaly)
        else:
            worst = self.dropped.get(anomaly.code, anomaly)
            self.dropped[anomaly.code] = max(worst, anomaly, key=_weight)


class Notes:
    """Collects the anomalies of one container, and of the ones nested in it."""

    def __init__(self, prefix: str = "", ledger: _Ledger | None = None) -> None:
        self._prefix = prefix
        self._nested = ledger is not None
        self._ledger = ledger or _Ledger()

    def inside(self, prefix: str) -> "Notes":
        """Return a collector for a nested archive whose members' paths begin with ``prefix``."""
        return Notes(prefix, self._ledger)

    def add(  # noqa: PLR0913 - the fields of an anomaly
        self,
        severity: Severity,
        code: str,
        message: str,
        *,
        path: str = "",
        unread: bool = False,
        confidence: Confidence = Confidence.HIGH,
    ) -> None:
        """Note something about the container itself."""
        if self._nested:
            severity, unread = min(severity, Severity.LOW), False
        self._ledger.write(
            Anomaly(
                code=code,
                message=message,
                severity=severity,
                confidence=confidence,
                path=self._where(path),
                unread=unread,
            )
        )

    def stopped(
        self, code: str, message: str, *, path: str = "", severity: Severity = Severity.MEDIUM
    ) -> None:
        """Note that a limit was reached and something stays unread because of it."""
        self._ledger.write(
            Anomaly(
                code=code,
                message=message,
                severity=severity,
                confidence=Confidence.MEDIUM,
                path=self._where(path),
                unread=True,
            )
        )

    def _where(self, path: str) -> str:
        return self._prefix + path if path else self._prefix.removesuffix(NESTED)

    def anomalies(self) -> tuple[Anomaly, ...]:
        """Return everything that was noticed, in order; what was too much is summed up."""
        ledger = self._ledger
        summed = []
        for code, worst in ledger.dropped.items():
            more = ledger.counts[code] - _MOST_OF_A_CODE
            message = f"and {more:,} more of the kind: {worst.message}"
            summed.append(msgspec.structs.replace(worst, message=message))
        return (*ledger.kept, *summed)


def _weight(anomaly: Anomaly) -> tuple[bool, int]:
    return anomaly.unread, anomaly.severity.rank
