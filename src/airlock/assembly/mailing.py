"""Composition of mail about the review."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import Route

    from airlock.assembly.gating import GateParts
    from airlock.gate.mail.sending import Sending
    from airlock.gate.settings import GateSettings


def sending(settings: "GateSettings", inner: "GateParts") -> "Sending | None":
    """Return what sends mail; ``None`` if no server was named.

    Raises:
        UsageError: if the server is none.
    """
    if settings.mail is None:
        return None
    from airlock.gate.mail.notices import Notices
    from airlock.gate.mail.post import Post
    from airlock.gate.mail.sending import Sending

    mail, records, clock = settings.mail, inner.records, inner.clock
    notices = Notices(records, mail.link, mail.every, clock)
    post = Post(mail.server, mail.password, mail.sender)
    return Sending(notices, records.mails, post, clock)


def mail_routes(settings: "GateSettings", inner: "GateParts") -> "list[Route]":
    """Return the routes by which people choose their mail, and administrators see what failed."""
    from airlock.gate.access.sign_in import SignIn
    from airlock.gate.index.mail_routes import MailRoutes
    from airlock.gate.index.own_mail_routes import OwnMailRoutes
    from airlock.gate.mail.own import OwnMail
    from airlock.web.mail import MailPages

    records, clock = inner.records, inner.clock
    link = settings.mail.link if settings.mail else ""
    own = OwnMail(records.mails, link, clock)
    pages = MailPages(own, records.mails, SignIn(records, clock), clock)
    return [
        *MailRoutes(records.mails, clock).routes(),
        *OwnMailRoutes(own).routes(),
        *pages.routes(),
    ]
