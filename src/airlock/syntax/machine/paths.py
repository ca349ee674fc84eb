"""Paths: joined, taken apart, of the home and of temporary files."""

import posixpath

from airlock.syntax.machine.deeds import open_file
from airlock.syntax.machine.invocation import Call
from airlock.syntax.values import HOLE, Value, partly_known


def join_path(call: Call) -> Value:
    """Join pieces of a path."""
    text = "/".join(value.spell().rstrip("/") or "/" for value in call.arguments)
    if all(isinstance(value.const, str) for value in call.arguments):
        return Value(text, sources=call.sources())
    return partly_known(text, call.sources())


def make_path(call: Call) -> Value:
    """Make a ``pathlib.Path``."""
    text = "/".join(value.spell() for value in call.arguments) or "."
    return Value(name="pathlib.Path()", text=text, sources=call.sources())


def open_path(call: Call) -> Value:
    """Open a ``pathlib.Path``."""
    opened = Call(
        call.machine,
        call.node,
        call.scope,
        call.function,
        [call.receiver, *call.arguments],
        call.keywords,
        call.name,
    )
    return open_file(opened)


def home(call: Call) -> Value:
    """Return the home of the user."""
    return Value(name="pathlib.Path()", text="~")


def resources(call: Call) -> Value:
    """Return the folder of a package of the artifact, as ``importlib.resources`` names it."""
    package = call.argument(0, "anchor", "package").spell()
    return Value(name="pathlib.Path()", text=package.replace(".", "/") or ".")


def packages(call: Call) -> Value:
    """Return the folder that packages are installed in, or several of which each is one."""
    kind = call.argument(0, "name").const
    if call.name == "sysconfig.get_path" and kind not in {"purelib", "platlib"}:
        return Value(name=f"{call.name}()")
    folder = Value(text="%PREFIX%/site-packages")
    if call.name == "site.getsitepackages":
        return Value(parts={0: folder})
    if call.name == "sysconfig.get_paths":
        return Value(parts={"purelib": folder, "platlib": folder})
    return folder


def temporary(call: Call) -> Value:
    """Return a temporary folder or path."""
    return Value(name=f"{call.name}()", text="%TEMP%/{}" if "mk" in call.name else "%TEMP%")


def temporary_file(call: Call) -> Value:
    """Return a temporary file."""
    suffix = call.argument(-1, "suffix").spell() if "suffix" in call.keywords else ""
    text = f"%TEMP%/{HOLE}{suffix}"
    return Value(name="open()", text=text, parts={"name": Value(text=text)})


def dirname(call: Call) -> Value:
    """Return the folder of a path."""
    path = call.argument(0)
    text = posixpath.dirname(path.spell().replace("\\", "/"))
    if isinstance(path.const, str):
        return Value(text, sources=path.sources)
    return Value(name=path.name, text=text or ".", sources=path.sources)


def basename(call: Call) -> Value:
    """Return the last component of a path."""
    path = call.argument(0)
    text = posixpath.basename(path.spell().replace("\\", "/"))
    if isinstance(path.const, str):
        return Value(text, sources=path.sources)
    return partly_known(text, path.sources)
