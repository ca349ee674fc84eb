"""What people are told: the alerts in the log, as e-mail.

Webhooks are told of the same entries by ``gate.telling``; feeds are made of them when they are
asked for. The log is the queue (docs/decisions/0020): a number says up to where somebody was told.

- A mail is sent before the number moves: whoever is killed in between sends the same mail again,
  under the same ``Message-ID``.
- What a package wrote stands in a mail as text that prints, in no header but the subject.
"""

import datetime as dt
import smtplib
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import structlog

from airlock.errors import StoreError, UsageError
from airlock.gate.watch.settings import MailSettings
from airlock.model.watching import Alert
from airlock.report.alerts import alert_of_entry, mail_body, mail_subject
from airlock.store.log import Log
from airlock.store.works import Works

_log = structlog.get_logger("airlock.watch")
_CURSOR = "mail"
_PAGE = 1_000
_MOST_IN_A_MAIL = 50
_SECONDS = 20.0
_PORTS = {"smtp": 25, "smtps": 465}


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
        parts = urlsplit(settings.server)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise UsageError(
                "a mail server is smtp://host:port or smtps://host:port",
                hint="The user may stand in it, the password in AIRLOCK_MAIL_PASSWORD.",
            )
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = settings.password or unquote(parts.password or "")
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
        except (smtplib.SMTPException, OSError) as error:
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
            self._deliver(self._message(told, before, last))
        self._works.move_cursor(_CURSOR, before, last)
        return len(told)

    def _message(self, told: list[Alert], before: int, last: int) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._settings.sender
        message["To"] = ", ".join(self._settings.to)
        message["Subject"] = mail_subject(told)
        message["Date"] = format_datetime(self._clock())
        domain = self._settings.sender.rpartition("@")[2].rstrip(">") or "localhost"
        message["Message-ID"] = f"<alerts-{before}-{last}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail_body(told))
        return message

    def _deliver(self, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_SECONDS)
        with server:
            server.ehlo()
            if not self._secure and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            if self._user:
                server.login(self._user, self._password)
            server.send_message(message)
