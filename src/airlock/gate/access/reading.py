"""Who may read."""

import enum


class Reading(enum.StrEnum):
    """Who may read."""

    EVERYONE = "everyone"
    USERS = "users"
    """Whoever has an account or a token."""
    ROLES = "roles"
    """Whoever has a role on what is read."""
