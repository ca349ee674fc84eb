"""Forms that pages send: small, of one kind, read once.

A form is read before it is asked who sent it (``entrance``), for it carries what proves that it is
of our own page (``cookies``).
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Scope

from airlock.errors import InvalidRequest
from airlock.gate.index.bodies import body

_FORM = "airlock.form"
_KIND = "application/x-www-form-urlencoded"
_MOST_FIELDS = 100


async def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; of a field that is there twice, the last.

    Raises:
        InvalidRequest: if it is none, or is too large.
    """
    known: Mapping[str, str] | None = request.scope.get(_FORM)
    if known is not None:
        return known
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    given = await body(request)
    if kind != _KIND or given is None:
        raise InvalidRequest("this is no form of ours, or it is too large")
    try:
        fields = dict(
            parse_qsl(
                given.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
            )
        )
    except ValueError as error:
        raise InvalidRequest("the form cannot be read") from error
    request.scope[_FORM] = fields
    return fields


def field(scope: Scope, name: str) -> str:
    """Return a field of the form that was read; empty where none was."""
    fields: Mapping[str, str] = scope.get(_FORM, {})
    return fields.get(name, "")
