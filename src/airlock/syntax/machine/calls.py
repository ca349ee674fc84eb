"""Calls: of functions of the artifact, of methods of known values, and of everything by name."""

import ast

from airlock.syntax.catalogue import canonical, effect_of, origin_of
from airlock.syntax.decoders import decode, is_decoder
from airlock.syntax.facts import Origin, Source
from airlock.syntax.folding import fold_builtin, is_pure
from airlock.syntax.machine.core import Machine, expression
from airlock.syntax.machine.deeds import perform
from airlock.syntax.machine.definitions import enter, instantiate
from airlock.syntax.machine.expressions import elements_of
from airlock.syntax.machine.functions import start_functions
from airlock.syntax.machine.invocation import Call
from airlock.syntax.machine.methods import call_method
from airlock.syntax.machine.scope import Scope
from airlock.syntax.machine.specials import CALLS_OF_RESULTS, SPECIALS
from airlock.syntax.values import ABSENT, UNKNOWN, ClassBody, Closure, Value, join


@expression(ast.Call)
def _call(machine: Machine, node: ast.Call, scope: Scope) -> Value:
    function = machine.evaluate(node.func, scope)
    arguments: list[Value] = []
    for argument in node.args:
        value = machine.evaluate(argument, scope)
        if isinstance(argument, ast.Starred):
            arguments.extend(elements_of(value))
        else:
            arguments.append(value)
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = machine.evaluate(keyword.value, scope)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        else:
            keywords.update(_spread(value))
    return call_value(machine, function, arguments, node, scope, keywords)


def _spread(value: Value) -> dict[str, Value]:
    if isinstance(value.const, dict):
        return {str(key): Value(part) for key, part in value.const.items()}
    if value.parts:
        return {str(key): part for key, part in value.parts.items()}
    return {"**": value} if value is not UNKNOWN else {}


def call_value(
    machine: Machine,
    function: Value,
    arguments: list[Value],
    node: ast.AST,
    scope: Scope,
    keywords: dict[str, Value] | None = None,
) -> Value:
    """Return what a call may give; whatever may be called here is followed."""
    if function.other is None:
        name = canonical(function.name) if function.name else ""
        return _dispatch(Call(machine, node, scope, function, arguments, keywords or {}, name))
    found: Value | None = None
    for candidate in function.alternatives():
        name = canonical(candidate.name) if candidate.name else ""
        call = Call(machine, node, scope, candidate, arguments, keywords or {}, name)
        result = _dispatch(call)
        found = result if found is None else join(found, result)
    return found or UNKNOWN


def _dispatch(call: Call) -> Value:
    body = call.function.body
    if isinstance(body, Closure):
        receiver = [call.function.bound[0]] if call.function.bound else []
        context = call.machine.context
        return enter(body, [*receiver, *call.arguments], call.keywords, context)
    if isinstance(body, ClassBody):
        return _call_class(call, body)
    special = CALLS_OF_RESULTS.get(call.function.name) or SPECIALS.get(call.name)
    if special is not None:
        return special(call)
    found = call_method(call)
    if found is not None:
        return found
    return _by_name(call) if call.name else call.unknown()


def _call_class(call: Call, body: ClassBody) -> Value:
    if not call.function.name.endswith(")"):
        return instantiate(call.function, call.arguments, call.keywords, call.machine.context)
    method = body.find("__call__")
    if method is not None and isinstance(method.body, Closure):
        receiver = [body.instance, *call.arguments]
        return enter(method.body, receiver, call.keywords, call.machine.context)
    return UNKNOWN


def _by_name(call: Call) -> Value:
    if is_decoder(call.name):
        return _decoded(call)
    if is_pure(call.name):
        return _pure(call)
    effect = effect_of(call.name)
    if effect is not None:
        return perform(call, effect)
    start_functions(call)
    origin = origin_of(call.name)
    result = call.unknown()
    if origin is not None:
        result.sources |= {Source(origin, call.name, call.line)}
    return result


def _decoded(call: Call) -> Value:
    """Undo a decoder; a constant that went in makes a payload, whatever comes out."""
    constants = [value.const for value in call.arguments if value.const is not ABSENT]
    whole = bool(call.arguments) and call.arguments[0].const is not ABSENT
    if whole and "64" in call.name and _length(call.arguments[0].const) < _SHORTEST_PAYLOAD:
        return Value(decode(call.name, constants), sources=call.sources())
    const = decode(call.name, constants) if whole else ABSENT
    source = Source(Origin.PAYLOAD if whole else Origin.DECODED, call.name, call.line)
    return Value(const, name="" if whole else f"{call.name}()", sources=call.sources() | {source})


# Less base64 than that hides nothing.
_SHORTEST_PAYLOAD = 32


def _length(const: object) -> int:
    return len(const) if isinstance(const, str | bytes | bytearray) else 0


_DECODING = frozenset({"chr", "unichr", "bytes.fromhex", "bytearray.fromhex", "int.from_bytes"})
# These say nothing of what their argument holds.
_NEUTRAL = frozenset({"len", "bool", "range", "xrange"})


def _pure(call: Call) -> Value:
    constants = call.constants()
    if call.name in _NEUTRAL and constants is None:
        return UNKNOWN
    sources = call.sources()
    if constants is None:
        first = call.argument(0)
        text = first.text
        parts = first.parts if call.name in {"list", "tuple", "dict", "iter"} else None
        if call.name == "dict" and call.keywords:
            parts = dict(call.keywords)
        return Value(text=text, sources=sources, parts=parts)
    if call.name in _DECODING or (call.name in {"bytes", "bytearray"} and _of_numbers(constants)):
        sources |= {Source(Origin.PAYLOAD, call.name, call.line)}
    return Value(fold_builtin(call.name, constants), sources=sources)


def _of_numbers(constants: list[object]) -> bool:
    first = constants[0] if constants else None
    return isinstance(first, list | tuple) and len(first) > 8  # noqa: PLR2004 - not a signature
