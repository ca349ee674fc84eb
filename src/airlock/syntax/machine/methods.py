"""Methods of values that are known: constants, texts with holes, lists and dicts in the making."""

import builtins
import re

from airlock.syntax.catalogue import canonical
from airlock.syntax.facts import Origin, Source
from airlock.syntax.folding import fold_method
from airlock.syntax.machine.assignments import loosen, store
from airlock.syntax.machine.expressions import elements_of
from airlock.syntax.machine.invocation import Call
from airlock.syntax.machine.lookups import from_namespace, is_namespace, item, variable
from airlock.syntax.values import ABSENT, HOLE, UNKNOWN, Value, partly_known, sources_of

_GROWING = frozenset({"append", "add", "insert", "extend", "update", "appendleft", "setdefault"})
_DECODING_CODECS = (
    "rot",
    "hex",
    "base64",
    "zlib",
    "zip",
    "bz2",
    "uu",
    "unicode",
    "raw",
    "punycode",
)
# They change the look of a text, not what it is.
_TEXT_KEEPING = frozenset(
    "encode decode strip lstrip rstrip lower upper expandtabs replace title getvalue "
    "as_posix resolve absolute expanduser with_suffix hex swapcase casefold".split()
)


def call_method(call: Call) -> Value | None:
    """Return what a method of a known value gives; ``None`` if the value is not known so well."""
    if call.function.bound is None:
        return None
    receiver, method = call.function.bound
    if receiver.const is not ABSENT:
        return _of_constant(call, receiver, method)
    if method in {"__str__", "__repr__"} and receiver.name.startswith("builtins."):
        return _described(receiver.name.removeprefix("builtins."))
    if method in _GROWING and not receiver.name and receiver is not UNKNOWN:
        return _grow(call, receiver, method)
    if canonical(receiver.name) in {"os.environ", "os.environb"}:
        return _of_environ(call, method)
    key = call.argument(0).const
    if method in {"get", "__getitem__"} and isinstance(key, str) and is_namespace(receiver):
        return from_namespace(call.machine, canonical(receiver.name), key)
    if receiver.parts is not None and receiver.body is None and method in {"get", "pop", "items"}:
        return _of_parts(call, receiver, method)
    if receiver.name == "pathlib.Path()" and method in {"joinpath", "with_name"}:
        pieces = [receiver, *call.arguments]
        return _path("/".join(piece.spell() for piece in pieces), call.sources())
    if receiver.text and method in _TEXT_KEEPING and not receiver.name.startswith("open"):
        return receiver.tainted(call.sources())
    if method in {"translate", "replace"}:
        # By what letters are replaced is no payload, however it was put together.
        given = frozenset(s for s in call.sources() if s.origin is not Origin.PAYLOAD)
        return Value(text=receiver.text, sources=receiver.sources | given)
    if method in _TEXT_KEEPING and receiver.sources and not receiver.name:
        return Value(sources=call.sources())
    if method == "format" and receiver.text:
        return partly_known(receiver.text, call.sources())
    return None


def _described(name: str) -> Value:
    """Return what Python calls a built-in: obfuscators take their letters from it."""
    known = getattr(builtins, name, None)
    return Value(repr(known)) if callable(known) else Value()


def _path(text: str, sources: frozenset[Source]) -> Value:
    return Value(name="pathlib.Path()", text=text, sources=sources)


def _of_constant(call: Call, receiver: Value, method: str) -> Value | None:
    if method in _GROWING and isinstance(receiver.const, list | dict | bytearray):
        return _grow(call, receiver, method)
    sources = call.sources()
    if method == "join" and len(call.arguments) == 1:
        return _join(receiver, call.arguments[0], sources)
    constants = call.constants()
    if constants is not None:
        if method in {"translate", "to_bytes"} or (
            method in {"decode", "encode"} and _hidden(constants)
        ):
            sources |= {Source(Origin.PAYLOAD, f"str.{method}", call.line)}
        return Value(fold_method(receiver.const, method, constants), sources=sources)
    if method in {"format", "format_map"} and isinstance(receiver.const, str):
        return _format(call, receiver.const, sources)
    if method in _TEXT_KEEPING:
        return Value(receiver.const, sources=sources)
    return Value(sources=sources)


def _hidden(constants: list[object]) -> bool:
    return bool(constants) and str(constants[0]).lower().startswith(_DECODING_CODECS)


def _join(joint: Value, group: Value, sources: frozenset[Source]) -> Value:
    if group.const is not ABSENT:
        return Value(fold_method(joint.const, "join", [group.const]), sources=sources)
    pieces = elements_of(group)
    sources = sources | sources_of(group)
    if group.parts is not None and all(isinstance(piece.const, str) for piece in pieces):
        return Value(fold_method(joint.const, "join", [[p.const for p in pieces]]), sources=sources)
    if isinstance(joint.const, str) and group.parts is not None:
        return partly_known(joint.const.join(piece.spell() for piece in pieces), sources)
    return Value(text=group.text, sources=sources)


def _format(call: Call, template: str, sources: frozenset[Source]) -> Value:
    pieces = [value.spell() for value in call.arguments]
    names = {name: value.spell() for name, value in call.keywords.items()}
    folded = fold_method(template, "format", pieces) if not names else ABSENT
    if folded is ABSENT:
        folded = template
        names.update((str(place), piece) for place, piece in enumerate(pieces))
        folded = _FIELD.sub(lambda match: _filled(match, names), template)
    known = HOLE not in folded and not any(
        value.const is ABSENT for value in (*call.arguments, *call.keywords.values())
    )
    return Value(folded, sources=sources) if known else partly_known(folded, sources)


_FIELD = re.compile(r"\{(\w+)(![rsa])?(?::[^{}]*)?\}")


def _filled(match: re.Match[str], names: dict[str, str]) -> str:
    piece = names.get(match[1], match.group())
    return repr(piece) if match[2] == "!r" and match[1] in names else piece


def _grow(call: Call, receiver: Value, method: str) -> Value:
    """Change a list or dict in place."""
    if method in {"append", "add", "appendleft"} and call.arguments:
        _append(receiver, call.arguments[0])
    elif method == "insert" and len(call.arguments) > 1:
        _append(receiver, call.arguments[1])
    elif method == "extend" and call.arguments:
        for element in elements_of(call.arguments[0]):
            _append(receiver, element)
    elif method == "setdefault" and len(call.arguments) > 1:
        store(receiver, call.arguments[0].const, call.arguments[1])
    elif method == "update":
        _update(call, receiver)
    return Value()


def _append(receiver: Value, element: Value) -> None:
    if element.const is not ABSENT and not element.sources:
        if isinstance(receiver.const, list):
            receiver.const.append(element.const)
            return
        if isinstance(receiver.const, bytearray) and isinstance(element.const, int):
            receiver.const.append(element.const & 255)
            return
    loosen(receiver)
    if receiver.parts is not None:
        receiver.parts[len(receiver.parts)] = element
    else:
        receiver.sources |= sources_of(element)


def _update(call: Call, receiver: Value) -> None:
    for name, value in call.keywords.items():
        store(receiver, name, value)
    for value in call.arguments:
        if isinstance(value.const, dict):
            for key, part in value.const.items():
                store(receiver, key, Value(part))
        elif value.parts is not None:
            for key, part in value.parts.items():
                store(receiver, key, part)
        else:
            receiver.sources |= value.sources


def _of_environ(call: Call, method: str) -> Value | None:
    if method in {"get", "pop", "setdefault", "__getitem__"} and call.arguments:
        return variable(call.arguments[0].const, call.node, call.argument(1, "default"))
    if method in {"update", "clear"}:
        return Value()
    return None


def _of_parts(call: Call, receiver: Value, method: str) -> Value:
    if method == "items":
        pairs = [Value(parts={0: Value(key), 1: part}) for key, part in _entries(receiver)]
        return Value(parts=dict(enumerate(pairs)), sources=receiver.sources)
    return item(call.machine, receiver, call.argument(0), call.node)


def _entries(receiver: Value) -> list[tuple[object, Value]]:
    return list((receiver.parts or {}).items())
