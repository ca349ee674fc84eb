"""Functions that others call: front ends of builds by their names, libraries by decorators."""

import re
from functools import lru_cache

from airlock.syntax.catalogue import canonical
from airlock.syntax.facts import Origin, Source
from airlock.syntax.values import UNKNOWN, Value

BUILDING = frozenset(
    "build_wheel build_sdist build_editable prepare_metadata_for_build_wheel "
    "prepare_metadata_for_build_editable get_requires_for_build_wheel "
    "get_requires_for_build_sdist get_requires_for_build_editable pdm_build_hook_enabled "
    "pdm_build_initialize pdm_build_finalize pdm_build_clean pdm_build_update_files "
    "pdm_build_update_setup_kwargs".split()
)
"""What is called of a build backend (PEP 517, PEP 660) and of a script of PDM's."""
_CHATS = frozenset(
    "discord nextcord disnake telebot telegram aiogram pyrogram telethon slack_bolt "
    "socketio".split()
)
_RECEIVING = frozenset(
    "command hybrid_command event listen message_handler on on_message message app_command "
    "callback_query_handler".split()
)


# What opens a wallet. Keys of services are not meant: clients send those to their services.
_KEY = re.compile(
    r"(wallet_?|my_?|user_?)?(mnemonic(_phrase)?|seed_?phrase|recovery_?phrase|secret_?phrase"
    r"|priv(ate)?_?key(_hex|_base58|_b58|_wif)?|keypair|secret_?seed)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4_096)
def _opens_wallet(name: str) -> bool:
    return bool(_KEY.fullmatch(name))


def of_parameter(name: str, line: int) -> Value:
    """Return what a parameter stands for of which nothing is known but its name."""
    if not _opens_wallet(name):
        return UNKNOWN
    return Value(sources=frozenset({Source(Origin.ENTRUSTED, f"{ARGUMENT}{name}", line)}))


ARGUMENT = "argument "
"""How sources begin that are what callers hand to a function."""


def receives(decorator: str) -> bool:
    """Tell whether a decorator has a library call a function with what somebody sends.

    Args:
        decorator: the dotted name of what the function is handed to.
    """
    package, _, rest = canonical(decorator).partition(".")
    return package in _CHATS and rest.rpartition(".")[2] in _RECEIVING
