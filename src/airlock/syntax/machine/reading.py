"""Data of the artifact's own that code reads through a parser."""

import json

from airlock.syntax.machine.invocation import Call
from airlock.syntax.values import ABSENT, HOLE, Value

_LARGEST_TEXT = 64 * 1024
"""Of a document that is parsed: what hides in a larger one is executed through a variable."""


def parse_json(call: Call) -> Value:
    """Return what a document holds, if it is a file of the artifact or a literal, and small."""
    document = call.argument(0, "s", "fp")
    text = document.const
    if text is ABSENT and document.name == "open()" and HOLE not in document.text:
        text = call.machine.host.own_file(document.text, call.machine.path) or ABSENT
    if isinstance(text, str | bytes) and len(text) <= _LARGEST_TEXT:
        try:
            return Value(json.loads(text), sources=call.sources())
        except (ValueError, RecursionError):
            return call.unknown()
    return call.unknown()
