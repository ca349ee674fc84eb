"""Accounts, roles, tokens and the log, for people and for machines. Secrets are in none of it."""

from typing import Any

from airlock.model.access import Principal, Right
from airlock.model.hooks import Delivery, Hook
from airlock.model.log import Entry
from airlock.model.mail import Mail
from airlock.model.people import Account, Grant, Standing, Token
from airlock.model.publishing import Publisher
from airlock.report.plain import one_line, printable

_SHOWN_CHARACTERS = 120


def account_document(account: Account) -> dict[str, Any]:
    """Return an account as JSON has it."""
    return {
        "name": str(account.name),
        "kind": account.kind.value,
        "title": account.title,
        "created": account.created_at.isoformat(),
        "disabled": account.disabled_at.isoformat() if account.disabled_at else None,
    }


def account_text(account: Account) -> str:
    """Return an account in one line."""
    title = f"  {printable(account.title)}" if account.title else ""
    out_of_use = "  (disabled)" if account.disabled_at else ""
    return f"{account.kind:<5} {account.name}{title}{out_of_use}"


def standing_text(standing: Standing) -> str:
    """Return an account with its teams and roles, in several lines."""
    lines = [account_text(standing.account)]
    lines += [f"  in {team.name}" for team in standing.teams]
    lines += [f"  {grant_text(grant)}" for grant in standing.grants]
    return "\n".join(lines)


def grant_document(grant: Grant) -> dict[str, str]:
    """Return a role that somebody has as JSON has it."""
    return {
        "account": str(grant.account),
        "role": grant.role.value,
        "scope": str(grant.scope),
    }


def grant_text(grant: Grant) -> str:
    """Return a role that somebody has in one line."""
    return f"{grant.account}: {grant.role} of {_about(grant)}"


def _about(grant: Grant) -> str:
    return "everything" if grant.scope.is_everything else str(grant.scope)


def token_document(token: Token) -> dict[str, Any]:
    """Return what is known of a token as JSON has it."""
    return {
        "id": token.id,
        "account": str(token.account) if token.account else None,
        "publisher": token.publisher or None,
        "description": token.description,
        "actions": sorted(token.actions),
        "scopes": [str(scope) for scope in token.scopes],
        "created": token.created_at.isoformat(),
        "expires": token.expires_at.isoformat() if token.expires_at else None,
        "revoked": token.revoked_at.isoformat() if token.revoked_at else None,
        "last_used": token.last_used_at.isoformat() if token.last_used_at else None,
    }


def token_text(token: Token, state: str) -> str:
    """Return what is known of a token in one line; ``state`` is one word for what it is worth."""
    of = token.account or f"publisher {token.publisher}"
    used = f"used {token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
    until = f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "for ever"
    allows = f"{' '.join(sorted(token.actions))} on {' '.join(token.scopes)}"
    return f"{token.id}  {state:<7} {of}: {allows}, {until}, {used}: {printable(token.description)}"


def principal_document(principal: Principal) -> dict[str, Any]:
    """Return who asks, and what they may, as JSON has it."""
    limits = None if principal.limits is None else [_right(right) for right in principal.limits]
    return {
        "kind": principal.kind.value,
        "name": principal.name or None,
        "token": principal.token or None,
        "rights": [_right(right) for right in principal.rights],
        "limits": limits,
        "organisations": list(principal.organisations),
    }


def _right(right: Right) -> dict[str, Any]:
    return {"actions": sorted(right.actions), "scope": str(right.scope)}


def publisher_document(publisher: Publisher) -> dict[str, Any]:
    """Return a publisher as JSON has it."""
    return {
        "id": publisher.id,
        "project": str(publisher.project),
        "provider": publisher.provider.value,
        "issuer": publisher.issuer,
        "repository": publisher.repository,
        "workflow": publisher.workflow,
        "environment": publisher.environment or None,
        "owner_id": publisher.owner_id or None,
        "created": publisher.created_at.isoformat(),
    }


def entry_document(entry: Entry) -> dict[str, Any]:
    """Return an entry of the log as JSON has it."""
    event = entry.event
    return {
        "seq": entry.seq,
        "at": event.at.isoformat(),
        "kind": event.kind,
        "subject": event.subject,
        "by": event.by,
        "details": event.details,
        "hash": str(entry.hash),
    }


def entry_text(entry: Entry) -> str:
    """Return an entry of the log in one line."""
    event = entry.event
    details = ", ".join(f"{name} {value}" for name, value in event.details.items())
    told = one_line(f"{event.subject} by {event.by}: {details}", longest=_SHOWN_CHARACTERS * 2)
    return f"{entry.seq:>6}  {event.at:%Y-%m-%d %H:%M:%S}  {printable(event.kind):<16} {told}"


def hook_document(hook: Hook) -> dict[str, Any]:
    """Return a webhook, without its secret."""
    return {
        "id": hook.id,
        "url": hook.url,
        "kinds": list(hook.kinds),
        "created-at": hook.created_at.isoformat(),
        "told-up-to": hook.cursor,
        "failed-attempts": hook.attempts,
    }


def delivery_document(delivery: Delivery) -> dict[str, Any]:
    """Return an attempt to tell a webhook of an entry."""
    return {
        "hook": delivery.hook,
        "entry": delivery.entry,
        "attempt": delivery.attempt,
        "at": delivery.at.isoformat(),
        "status": delivery.status,
        "error": delivery.error,
    }


def mail_document(mail: Mail) -> dict[str, Any]:
    """Return a mail as JSON has it, without its text and its address."""
    return {
        "key": mail.key,
        "account": str(mail.account),
        "kind": mail.kind.value,
        "subject": mail.subject,
        "made": mail.made_at.isoformat(),
        "state": mail.state.value,
        "attempts": mail.attempts,
        "next": mail.next_at.isoformat() if mail.state == "waiting" else None,
        "error": mail.error,
    }
