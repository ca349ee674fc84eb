"""Constant folding: operators, methods and built-in functions on plain constants.

- Nothing here sees anything but ``str``, ``bytes``, numbers, ``None`` and containers of them, and
  only methods that are named here are ever called.
- The size of every result is bounded before it is made (``LONGEST_TEXT``, ``_MOST_ITEMS``,
  ``_MOST_BITS``); what would be larger is ``ABSENT``.
"""

import ast
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from airlock.syntax.decoders import FAILURES, by_codec
from airlock.syntax.values import ABSENT, LONGEST_TEXT

_MOST_ITEMS = 1_000_000
_MOST_BITS = 4 * 1024 * 1024
# A width or precision of five digits in a format is an attack on the reader's memory.
_WIDE_FORMAT = re.compile(r"\d{5,}|[.*]\*|%\*")

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.BitAnd: operator.and_,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
    ast.In: lambda item, group: item in group,
    ast.NotIn: lambda item, group: item not in group,
}


def fold_binary(kind: type[ast.operator], left: Any, right: Any) -> Any:
    """Return ``left <operator> right`` for constants, or ``ABSENT``."""
    if not _affordable(kind, left, right):
        return ABSENT
    return _attempt(_OPERATORS[kind], left, right) if kind in _OPERATORS else ABSENT


def fold_unary(kind: type[ast.unaryop], operand: Any) -> Any:
    """Return ``<operator> operand`` for a constant, or ``ABSENT``."""
    return _attempt(_UNARY[kind], operand)


def fold_compare(kind: type[ast.cmpop], left: Any, right: Any) -> Any:
    """Return ``left <comparison> right`` for constants, or ``ABSENT``."""
    return _attempt(_COMPARE[kind], left, right)


def fold_index(container: Any, index: Any) -> Any:
    """Return ``container[index]`` for constants, slices included, or ``ABSENT``."""
    if not isinstance(container, str | bytes | bytearray | list | tuple | dict):
        return ABSENT
    return _attempt(operator.getitem, container, index)


_LARGEST_EXPONENT = 4096
_CONVERSIONS: dict[int, Callable[[Any], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}


def fold_format(value: Any, conversion: int, spec: str) -> Any:
    """Return one field of an f-string, or ``ABSENT``."""
    if _WIDE_FORMAT.search(spec) or _heavy(value):
        return ABSENT
    convert = _CONVERSIONS.get(conversion)
    converted = convert(value) if convert else value
    return _attempt(lambda: format(converted, spec))


def fold_method(receiver: Any, name: str, arguments: Sequence[Any]) -> Any:
    """Return ``receiver.name(*arguments)`` for constants and methods known here, or ``ABSENT``."""
    if name == "decode" and isinstance(receiver, bytes | bytearray):
        return _attempt(by_codec, receiver, *(arguments[:1] or ("utf-8",)))
    if name == "encode" and isinstance(receiver, str):
        return _encode(receiver, *arguments[:1])
    allowed = _METHODS.get(type(receiver))
    if allowed is None or name not in allowed or not _affordable_method(receiver, name, arguments):
        return ABSENT
    result = _attempt(getattr(receiver, name), *arguments)
    return _bounded(list(result) if name in _VIEWS else result)


def fold_builtin(name: str, arguments: Sequence[Any]) -> Any:
    """Return a built-in function of constants, or ``ABSENT``."""
    function = _BUILTINS.get(name)
    if function is None or any(_heavy(argument) for argument in arguments):
        return ABSENT
    return _bounded(_attempt(function, *arguments))


def is_pure(name: str) -> bool:
    """Tell whether a built-in is one of those folded here."""
    return name in _BUILTINS


def _attempt(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except FAILURES:
        return ABSENT


def _encode(text: str, codec: Any = "utf-8") -> Any:
    if not isinstance(codec, str):
        return ABSENT
    if codec.lower().replace("-", "").replace("_", "") in {"rot13", "hex", "base64"}:
        return _attempt(by_codec, text, codec) if "rot" in codec.lower() else ABSENT
    return _attempt(lambda: text.encode(codec, "surrogatepass" if "utf" in codec else "strict"))


def _bounded(value: Any) -> Any:
    if isinstance(value, str | bytes | bytearray):
        return value if len(value) <= LONGEST_TEXT else ABSENT
    return ABSENT if _heavy(value) else value


def _heavy(value: Any) -> bool:
    if isinstance(value, int):
        return value.bit_length() > _MOST_BITS
    if isinstance(value, list | tuple | dict | set | frozenset):
        return len(value) > _MOST_ITEMS
    return False


def _affordable(kind: type[ast.operator], left: Any, right: Any) -> bool:
    if _heavy(left) or _heavy(right):
        return False
    if kind is ast.Mult:
        return _affordable_product(left, right)
    if kind is ast.Pow:
        return (
            isinstance(left, int | float)
            and isinstance(right, int | float)
            and (abs(right) < _LARGEST_EXPONENT and _bits(left) * max(abs(right), 1) <= _MOST_BITS)
        )
    if kind is ast.LShift:
        return isinstance(right, int) and 0 <= right <= _MOST_BITS
    if kind is ast.Mod and isinstance(left, str | bytes):
        spelled = left if isinstance(left, str) else left.decode("latin-1")
        return not _WIDE_FORMAT.search(spelled)
    if kind is ast.Add and isinstance(left, str | bytes) and isinstance(right, str | bytes):
        return len(left) + len(right) <= LONGEST_TEXT
    return True


def _affordable_product(left: Any, right: Any) -> bool:
    for sequence, times in ((left, right), (right, left)):
        if isinstance(sequence, str | bytes | list | tuple):
            limit = LONGEST_TEXT if isinstance(sequence, str | bytes) else _MOST_ITEMS
            return isinstance(times, int) and len(sequence) * max(times, 0) <= limit
    return _bits(left) + _bits(right) <= _MOST_BITS


def _bits(number: Any) -> int:
    return number.bit_length() if isinstance(number, int) else 64


def _affordable_method(receiver: Any, name: str, arguments: Sequence[Any]) -> bool:
    if any(_heavy(argument) for argument in arguments):
        return False
    if name == "replace" and len(arguments) >= 2:  # noqa: PLR2004 - old and new
        return len(receiver) * max(_length(arguments[1]), 1) <= LONGEST_TEXT
    if name == "join" and arguments:
        return _length(receiver) * _length(arguments[0]) <= LONGEST_TEXT
    if name in {"zfill", "ljust", "rjust", "center", "expandtabs"} and arguments:
        return isinstance(arguments[0], int) and arguments[0] <= _MOST_ITEMS
    if name in {"format", "format_map"}:
        return not _WIDE_FORMAT.search(receiver) and "__" not in receiver
    return not (name == "to_bytes" and arguments and not _small(arguments[0]))


def _small(value: Any) -> bool:
    return isinstance(value, int) and value <= LONGEST_TEXT


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes | bytearray | list | tuple) else 1


def _range(*bounds: Any) -> Any:
    numbers = range(*bounds)
    return list(numbers) if len(numbers) <= _MOST_ITEMS else ABSENT


def _bytes(*arguments: Any) -> Any:
    if arguments and isinstance(arguments[0], int):
        return bytes(arguments[0]) if 0 <= arguments[0] <= _MOST_ITEMS else ABSENT
    return bytes(*arguments)


def _int(*arguments: Any) -> Any:
    # int() of text is quadratic; Python itself stops at 4,300 digits in base 10 (CVE-2020-10735).
    if arguments and isinstance(arguments[0], str | bytes) and len(arguments[0]) > 100_000:  # noqa: PLR2004
        return ABSENT
    return int(*arguments)


def _str(*arguments: Any) -> Any:
    if len(arguments) > 1 and isinstance(arguments[0], bytes | bytearray):
        return by_codec(arguments[0], arguments[1])
    return str(*arguments)


def _from_bytes(data: Any, order: Any = "big", *_: Any) -> Any:
    return int.from_bytes(bytes(data), order)


def _fromhex(text: Any) -> Any:
    return bytes.fromhex(text)


_TEXT_METHODS = frozenset(
    "capitalize casefold center count endswith expandtabs find format index isalnum isalpha "
    "isdigit "
    "join ljust lower lstrip partition removeprefix removesuffix replace rfind rindex rjust "
    "rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper "
    "zfill hex maketrans isspace isupper islower".split()
)
_VIEWS = frozenset({"keys", "values", "items"})
_METHODS: dict[type, frozenset[str]] = {
    str: _TEXT_METHODS,
    bytes: _TEXT_METHODS,
    bytearray: _TEXT_METHODS,
    int: frozenset({"to_bytes", "bit_length", "__xor__", "__add__", "__sub__"}),
    list: frozenset({"index", "count", "copy"}),
    tuple: frozenset({"index", "count"}),
    dict: frozenset({"get", "keys", "values", "items", "copy"}),
}
_BUILTINS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "ascii": ascii,
    "bin": bin,
    "bool": bool,
    "bytearray": _bytes,
    "bytes": _bytes,
    "bytes.fromhex": _fromhex,
    "bytearray.fromhex": _fromhex,
    "bytes.join": lambda joint, items: joint.join(items),
    "str.join": lambda joint, items: joint.join(items),
    "str.maketrans": str.maketrans,
    "bytes.maketrans": bytes.maketrans,
    "int.from_bytes": _from_bytes,
    "chr": chr,
    "unichr": chr,
    "dict": dict,
    "divmod": divmod,
    "enumerate": lambda items, start=0: list(enumerate(items, start)),
    "float": float,
    "hex": hex,
    "int": _int,
    "iter": lambda items: items,
    "len": len,
    "list": list,
    "max": max,
    "memoryview": bytes,
    "min": min,
    "oct": oct,
    "ord": ord,
    "range": _range,
    "xrange": _range,
    "repr": repr,
    "reversed": lambda items: list(reversed(items)),
    "round": round,
    "sorted": sorted,
    "str": _str,
    "unicode": _str,
    "sum": sum,
    "tuple": tuple,
    "zip": lambda *groups: [tuple(row) for row in zip(*groups, strict=False)],
    "ast.literal_eval": lambda text: ast.literal_eval(text) if len(text) < 100_000 else ABSENT,  # noqa: PLR2004
}
