"""How people are made known, given roles and tokens: the one way for command line and API."""

from airlock.accounts.managing import (
    NewToken,
    add_team,
    add_user,
    create_token,
    may_grant,
    reset_factors,
    set_password,
    set_role,
)
from airlock.accounts.passwords import Passwords
from airlock.accounts.secrets import TokenText

__all__ = [
    "NewToken",
    "Passwords",
    "TokenText",
    "add_team",
    "add_user",
    "create_token",
    "may_grant",
    "reset_factors",
    "set_password",
    "set_role",
]
