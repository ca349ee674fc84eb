"""What the standard library and well-known packages do, by dotted name: data, and one lookup.

Adding knowledge means adding a row to a table here; the machine asks ``effect_of`` of every call
that it cannot enter, and ``origin_of`` of every name.
"""

from airlock.syntax.catalogue.effects import effect_of, is_notable
from airlock.syntax.catalogue.names import canonical, known_spelling
from airlock.syntax.catalogue.origins import origin_of, secret_path, secret_variable
from airlock.syntax.catalogue.rows import RECEIVER, Effect

__all__ = [
    "RECEIVER",
    "Effect",
    "canonical",
    "effect_of",
    "is_notable",
    "known_spelling",
    "origin_of",
    "secret_path",
    "secret_variable",
]
