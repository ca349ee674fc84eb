"""The text of a policy without a suppression, and otherwise as it was, by tomlkit."""

import tomllib
from typing import Any

import msgspec

from airlock.errors import MissingExtra, Outdated, UsageError
from airlock.policy.suppression import key_of
from airlock.policy.suppression_tables import SuppressTable

_BY_HAND = "Take it out at /admin/policy."


def without_suppression(text: str, key: str) -> str:
    """Return a policy in which what a suppression covers counts again.

    Args:
        text: of the policy.
        key: of the suppression (``suppression.key_of``).

    Raises:
        MissingExtra: if tomlkit is not installed.
        Outdated: if there is no such one in it.
        UsageError: if the text cannot be changed with certainty.
    """
    try:
        import tomlkit
        from tomlkit.exceptions import TOMLKitError
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "tomlkit is not installed, which edits the text of a policy",
            hint="Install the parts of it with: pip install 'pypi-airlock[gate]'",
        ) from error
    wanted = tomllib.loads(text)
    places = [n for n, table in enumerate(_tables(wanted)) if _key(table) == key]
    if not places:
        raise Outdated(
            "this is not written in the policy in force any more", hint="Look again what is."
        )
    try:
        document = tomlkit.parse(text)
        _take_out(document, places)
        _take_out(wanted, places)
        changed = tomlkit.dumps(document)
        same = tomllib.loads(changed) == wanted
    except (TOMLKitError, tomllib.TOMLDecodeError, KeyError, TypeError, RecursionError) as error:
        raise UsageError("the policy cannot be changed with certainty", hint=_BY_HAND) from error
    if not same:
        raise UsageError("the policy cannot be changed with certainty", hint=_BY_HAND)
    return changed


def _tables(document: Any) -> list[Any]:
    found = document.get("policy", {}).get("suppress", [])
    return found if isinstance(found, list) else []


def _key(table: Any) -> str:
    try:
        read = msgspec.convert(table, SuppressTable)
    except msgspec.ValidationError:
        return ""
    return key_of(read.check, read.path, read.sha256.lower(), read.expires, read.reason)


def _take_out(document: Any, places: list[int]) -> None:
    tables = document["policy"]["suppress"]
    for place in reversed(places):
        del tables[place]
    if not tables:
        del document["policy"]["suppress"]
