"""Attributes and items: what ``value.name`` and ``value[key]`` stand for."""

import ast
import posixpath
import re
from typing import Any

from airlock.syntax.catalogue import canonical, secret_variable
from airlock.syntax.facts import Origin, Source
from airlock.syntax.folding import fold_index
from airlock.syntax.machine.core import Machine
from airlock.syntax.values import ABSENT, UNKNOWN, ClassBody, Closure, Value, partly_known

# What these give for a name is the attribute, global or module of that name.
_NAMESPACES = {"builtins.globals", "globals", "locals", "vars", "sys.modules", "__dict__"}
# Parts of a path or a request that still are that path or request.
_LONGEST_NAME = 100
"""Longer ones are chains of calls, which no table lists."""
_SAME = frozenset({"parents", "stem", "suffix"})


def attribute(machine: Machine, value: Value, name: str) -> Value:
    """Return what an attribute stands for; what nothing is known of keeps a dotted name."""
    if name in {"__dict__", "__builtins__"} and value.name:
        return value if name == "__dict__" else Value(name="builtins")
    body = value.body
    if value.parts is not None and name in value.parts:
        return value.parts[name]
    if isinstance(body, ClassBody):
        found = body.find(name)
        if found is not None:
            return _method(found, value)
    if value.other is not None:
        for other in value.other.alternatives():
            if other.parts and name in other.parts:
                return other.parts[name]
    if value.name == "pathlib.Path()":
        if name == "parent":
            text = posixpath.dirname(value.text.replace("\\", "/")) or "."
            return Value(name=value.name, text=text, sources=value.sources)
        if name == "name":
            return partly_known(value.text.rpartition("/")[2], value.sources)
        if name in _SAME:
            return value
    known = value.name and len(value.name) < _LONGEST_NAME
    return Value(
        name=f"{value.name}.{name}" if known else "", sources=value.sources, bound=(value, name)
    )


def _method(found: Value, receiver: Value) -> Value:
    if not isinstance(found.body, Closure):
        return found
    method = found.copy()
    method.bound = (receiver, "")
    return method


def item(machine: Machine, container: Value, index: Value, node: ast.AST) -> Value:
    """Return what ``container[index]`` stands for."""
    key = index.const
    if container.const is not ABSENT and key is not ABSENT:
        return Value(fold_index(container.const, key), sources=container.sources | index.sources)
    if container.parts is not None:
        return _part(container, key)
    name = canonical(container.name)
    if name in {"os.environ", "os.environb"}:
        return variable(key, node)
    if isinstance(key, str) and (name in _NAMESPACES or container.name == "builtins"):
        return from_namespace(machine, name, key)
    if (
        isinstance(key, str)
        and container.name
        and container.bound is None
        and not name[:1].isupper()
    ):
        # Module.__dict__["name"], which ``attribute`` leaves as the module.
        return attribute(machine, container, key)
    mark = f"{container.name}[]" if container.name else ""
    return Value(name=mark, sources=container.sources | index.sources)


def _part(container: Value, key: Any) -> Value:
    parts = container.parts or {}
    if key is not ABSENT and not isinstance(key, list | dict):
        if isinstance(key, int) and key < 0:
            key += len(parts)
        if key in parts:
            return parts[key]
    sources = container.sources
    for part in list(parts.values())[:200]:
        sources = sources | part.sources
    return Value(sources=sources) if sources else UNKNOWN


def is_namespace(value: Value) -> bool:
    """Tell whether a value is the names of a module, as ``globals()`` gives them."""
    return canonical(value.name) in _NAMESPACES


def from_namespace(machine: Machine, name: str, key: str) -> Value:
    """Return what a key of ``globals()``, ``vars()`` or ``sys.modules`` stands for."""
    if name == "sys.modules":
        return Value(name=key)
    if key in {"__builtins__", "builtins"}:
        return Value(name="builtins")
    return machine.scope.find(key) or Value(name=f"builtins.{key}")


def variable(key: Any, node: ast.AST, default: Value = UNKNOWN) -> Value:
    """Return an environment variable: its text is ``%NAME%``, or what it is if it is not set.

    An address that can be set by a variable which nobody sets is that address.
    """
    line = getattr(node, "lineno", 0)
    if not isinstance(key, str | bytes):
        return Value(sources=frozenset({Source(Origin.VARIABLE, "os.environ[{}]", line)}))
    name = key if isinstance(key, str) else key.decode("latin-1")
    if name.upper() in _IDENTITY_VARIABLES:
        origin = Origin.IDENTITY
    else:
        origin = Origin.SECRET if secret_variable(name) else Origin.VARIABLE
    source = Source(origin, f"os.environ[{name}]", line)
    known = default.spell() if default is not UNKNOWN else ""
    text = known if _TELLING_DEFAULT.search(known) else f"%{name}%"
    return Value(text=text, sources=frozenset({source}))


_TELLING_DEFAULT = re.compile(r"://|^[~/.\w-]+[.]\w{1,5}$|^~?/")


_IDENTITY_VARIABLES = frozenset(
    {"USERNAME", "USER", "LOGNAME", "COMPUTERNAME", "HOSTNAME", "USERDOMAIN", "HOST"}
)
