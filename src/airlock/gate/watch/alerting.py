"""What people are told: the alerts in the log, as e-mail.

Webhooks are told of the same entries by ``gate.telling``; feeds are made of them when they are
asked for. The log is the queue (docs/decisions/0020): a number says up to where somebody was told.

- A mail is sent before the number moves: whoever is killed in between sends the same mail again,
  under the same ``Message-ID``.
- What a package wrote stands in a mail as text that prints, in no header but the subject.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import structlog

from airlock.errors import StoreError
from airlock.gate.mail.post import REFUSED, Post
from airlock.gate.watch.settings import MailSettings
from airlock.model.watching import Alert
from airlock.report.alerts import alert_of_entry, mail_body, mail_subject
from airlock.store.log import Log
from airlock.store.works import Works

_log = structlog.get_logger("airlock.watch")
_CURSOR = "mail"
_PAGE = 1_000
_MOST_IN_A_MAIL = 50


def alerts_after(log: Log, number: int) -> Iterator[tuple[int, Alert | None]]:
    """Yield the number of each entry that follows, with its alert if it is one."""
    while page := log.entries(number, _PAGE):
        for entry in page:
            number = entry.seq
            yield number, alert_of_entry(entry)


class Mailing:
    """Sends alerts by e-mail, many in one.

    Args:
        settings: where to.
        log: of the alerts.
        works: keep the number up to which was told.
        clock: gives the time in UTC.

    Raises:
        UsageError: if the server is none.
    """

    def __init__(
        self,
        settings: MailSettings,
        log: Log,
        works: Works,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._post = Post(settings.server, settings.password, settings.sender)
        self._settings = settings
        self._log = log
        self._works = works
        self._clock = clock

    def begin(self) -> None:
        """Tell of what comes from now on, unless it was begun before."""
        head = self._log.head()
        if self._works.cursor(_CURSOR) == 0 and head is not None:
            self._works.move_cursor(_CURSOR, 0, head.seq)

    def send_all(self) -> int:
        """Send what has to be told; return how many alerts were told."""
        try:
            return self._send_all()
        except REFUSED as error:
            _log.warning("mail-not-sent", error=f"{type(error).__name__}: {error}"[:300])
        except StoreError as error:
            _log.warning("store-unavailable", error=str(error))
        return 0

    def _send_all(self) -> int:
        before = self._works.cursor(_CURSOR)
        last, told, count = before, [], 0
        for number, alert in alerts_after(self._log, before):
            last = number
            if alert is not None and alert.severity >= self._settings.lowest:
                told.append(alert)
            if len(told) == _MOST_IN_A_MAIL:
                count += self._send(told, before, last)
                before, told = last, []
        if last > before:
            count += self._send(told, before, last)
        return count

    def _send(self, told: list[Alert], before: int, last: int) -> int:
        if told:
            self._post.send(
                to=", ".join(self._settings.to),
                subject=mail_subject(told),
                body=mail_body(told),
                message_id=f"alerts-{before}-{last}",
                at=self._clock(),
            )
        self._works.move_cursor(_CURSOR, before, last)
        return len(told)
