"""The newest alerts in the log."""

from airlock.model import Severity
from airlock.model.watching import Alert
from airlock.report.alerts import alert_of_entry
from airlock.store.log import Log


def newest_alerts(log: Log, lowest: Severity, limit: int) -> list[Alert]:
    """Return the newest alerts of a severity or worse, the newest first."""
    found = [
        alert
        for severity in Severity
        if severity >= lowest
        for entry in log.latest(limit, kind=f"alert-{severity}")
        if (alert := alert_of_entry(entry)) is not None
    ]
    return sorted(found, key=lambda alert: -alert.number)[:limit]
