"""Calls that import: a module by its name or its file, or code that a library fetches and runs."""

from airlock.syntax.facts import Deed, Origin, Source
from airlock.syntax.machine.imports import import_module
from airlock.syntax.machine.invocation import Call
from airlock.syntax.values import HOLE, Value


def call_import(call: Call) -> Value:
    """Import a module by its name."""
    name = call.argument(0, "name").const
    if not isinstance(name, str):
        return Value(name="__import__()", sources=call.sources())
    whole = call.name == "importlib.import_module" or bool(call.argument(3, "fromlist").const)
    return import_module(call.machine, name if whole else name.partition(".")[0])


def module_of_file(call: Call) -> Value:
    """Run a module of the artifact by its file, as ``exec_module`` will."""
    path = call.argument(1, "location").spell()
    machine = call.machine
    own = machine.host.module_at(path, machine.path, machine.context) if path != HOLE else None
    name = "importlib.util.spec_from_file_location()"
    if own is None:
        loader = Value(name=f"{name}.loader", text=path, sources=call.sources())
        return Value(name=name, text=path, parts={"loader": loader})
    return Value(name=name, text=path, parts=own.names)


def module_of_spec(call: Call) -> Value:
    """Return the module that ``module_of_file`` found."""
    spec = call.argument(0, "spec")
    return Value(name="types.ModuleType()", text=spec.text, parts=spec.parts)


def fetch_and_import(call: Call) -> Value:
    """Take note of code, or of objects, that a library fetches from an address and runs."""
    address = call.argument(0, "url", "filepath_or_buffer").spell()
    pickled = call.name.endswith("pickle")
    if "://" in address or not pickled:
        call.machine.act(
            Deed.EXECUTE,
            call.node,
            call.scope,
            call.name,
            text=address,
            sources=frozenset({Source(Origin.NETWORK, address[:200], call.line)}),
            options=frozenset({"pickle"} if pickled else ()),
        )
    return call.unknown()
