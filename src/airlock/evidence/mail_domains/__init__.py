"""What is known of the domains of mail addresses."""

from airlock.evidence.mail_domains.interface import MailDomains

__all__ = ["MailDomains"]
