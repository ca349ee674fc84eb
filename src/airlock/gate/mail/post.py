"""One mail over SMTP (RFC 5321).

- Headers are made by the standard library, which refuses a line feed in one; the text is text.
- TLS by ``smtps://``, or by STARTTLS wherever the server offers it; certificates are verified.
"""

import datetime as dt
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from airlock.errors import UsageError

REFUSED = (smtplib.SMTPException, OSError, ValueError)
"""What ``Post.send`` raises where the mail was not taken, or could not even be made."""
_SECONDS = 20.0
_PORTS = {"smtp": 25, "smtps": 465}
_PERMANENT = 500


class Post:
    """A mail server, and who sends.

    Args:
        server: ``smtp://host:port`` or ``smtps://…``, perhaps with a user.
        password: of the user; empty for the one in the address.
        sender: the address that mail comes from.

    Raises:
        UsageError: if the server is none.
    """

    def __init__(self, server: str, password: str, sender: str) -> None:
        try:
            parts = urlsplit(server)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError:
            parts, port = urlsplit(""), 0
        if parts.scheme not in _PORTS or not parts.hostname:
            raise UsageError(
                "a mail server is smtp://host:port or smtps://host:port",
                hint="The user may stand in it, the password in AIRLOCK_MAIL_PASSWORD.",
            )
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = port
        self._user = unquote(parts.username or "")
        self._password = password or unquote(parts.password or "")
        self._sender = sender

    def send(self, *, to: str, subject: str, body: str, message_id: str, at: dt.datetime) -> None:
        """Send a mail.

        Args:
            to: addresses, separated by commas.
            subject: one line.
            body: text.
            message_id: what tells it from others; the same for the same mail sent again.
            at: the time in UTC.

        Raises:
            OSError: if the server does not answer.
            smtplib.SMTPException: if it refuses.
            ValueError: if a header, or the password, cannot be sent.
        """
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = format_datetime(at)
        domain = self._sender.rpartition("@")[2].rstrip(">") or "localhost"
        message["Message-ID"] = f"<{message_id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        self._deliver(message)

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


def is_final(error: Exception) -> bool:
    """Tell whether a server refused this very mail for good (RFC 5321, 4.2.1: 5yz)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _PERMANENT
