"""Built-in functions that lead to other things: ``getattr``, ``__import__``, ``map`` and others."""

import posixpath
from collections.abc import Callable

from airlock.syntax.facts import Deed
from airlock.syntax.machine.deeds import open_file
from airlock.syntax.machine.definitions import enter, instantiate
from airlock.syntax.machine.expressions import elements_of
from airlock.syntax.machine.imports import import_module
from airlock.syntax.machine.invocation import Call
from airlock.syntax.machine.lookups import attribute, item, variable
from airlock.syntax.machine.loops import elements, iterable
from airlock.syntax.values import (
    ABSENT,
    HOLE,
    UNKNOWN,
    ClassBody,
    Closure,
    Value,
    partly_known,
    sources_of,
)


def _call(call: Call, function: Value, arguments: list[Value]) -> Value:
    from airlock.syntax.machine.calls import call_value

    return call_value(call.machine, function, arguments, call.node, call.scope)


def _getattr(call: Call) -> Value:
    name = call.argument(1).const
    if not isinstance(name, str):
        return call.unknown()
    return attribute(call.machine, call.argument(0), name)


def _setattr(call: Call) -> Value:
    owner, name = call.argument(0), call.argument(1).const
    if isinstance(name, str) and owner is not UNKNOWN:
        if owner.parts is None:
            owner.parts = {}
        owner.parts[name] = call.argument(2)
    return UNKNOWN


def _import(call: Call) -> Value:
    name = call.argument(0, "name").const
    if not isinstance(name, str):
        return Value(name="__import__()", sources=call.sources())
    whole = call.name == "importlib.import_module" or bool(call.argument(3, "fromlist").const)
    return import_module(call.machine, name if whole else name.partition(".")[0])


def _module_of_file(call: Call) -> Value:
    """Run a module of the artifact by its file, as ``exec_module`` will."""
    path = call.argument(1, "location").spell()
    machine = call.machine
    own = machine.host.module_at(path, machine.path, machine.context) if path != HOLE else None
    name = "importlib.util.spec_from_file_location()"
    if own is None:
        loader = Value(name=f"{name}.loader", text=path, sources=call.sources())
        return Value(name=name, text=path, parts={"loader": loader})
    return Value(name=name, text=path, parts=own.names)


def _module_of_spec(call: Call) -> Value:
    spec = call.argument(0, "spec")
    return Value(name="types.ModuleType()", text=spec.text, parts=spec.parts)


def _map(call: Call) -> Value:
    function, groups = call.argument(0), call.arguments[1:]
    if not groups:
        return call.unknown()
    if len(groups) > 1:
        return _call(call, function, [Value(sources=sources_of(group)) for group in groups])
    found = [_call(call, function, [element]) for element in elements(call.machine, groups[0])]
    return _gathered(found, exact=iterable(groups[0]) is not None)


def _filter(call: Call) -> Value:
    kept = []
    exact = iterable(call.argument(1)) is not None
    for element in elements(call.machine, call.argument(1)):
        verdict = _call(call, call.argument(0), [element]).sure
        if verdict is ABSENT or verdict:
            kept.append(element)
    return _gathered(kept, exact=exact)


def _gathered(found: list[Value], *, exact: bool) -> Value:
    if exact and all(value.const is not ABSENT for value in found):
        return Value([value.const for value in found], sources=sources_of(*found[:64]))
    return Value(parts=dict(enumerate(found)), sources=sources_of(*found[:64]))


def _reduce(call: Call) -> Value:
    total = call.argument(2)
    for place, element in enumerate(elements(call.machine, call.argument(1))):
        first = place == 0 and len(call.arguments) < 3  # noqa: PLR2004 - no initial value
        total = element if first else _call(call, call.argument(0), [total, element])
    return total


def _partial(call: Call) -> Value:
    bound = call.arguments[1:]
    function = call.argument(0)
    if not bound and not call.keywords:
        return function
    return Value(name="functools.partial()", bound=(function, "()"), parts=dict(enumerate(bound)))


def _call_partial(call: Call) -> Value:
    receiver = call.function.bound[0] if call.function.bound else UNKNOWN
    bound = list((call.function.parts or {}).values())
    return _call(call, receiver, [*bound, *call.arguments])


def _methodcaller(call: Call) -> Value:
    name = call.argument(0).const
    return Value(name="operator.methodcaller()", text=name if isinstance(name, str) else "")


def _attrgetter(call: Call) -> Value:
    name = call.argument(0).const
    return Value(name="operator.attrgetter()", text=name if isinstance(name, str) else "")


def _call_attrgetter(call: Call) -> Value:
    value = call.argument(0)
    for name in call.function.text.split("."):
        value = attribute(call.machine, value, name)
    return value


def _call_methodcaller(call: Call) -> Value:
    return _call(call, attribute(call.machine, call.argument(0), call.function.text), [])


def _getitem(call: Call) -> Value:
    return item(call.machine, call.argument(0), call.argument(1), call.node)


def _getenv(call: Call) -> Value:
    return variable(call.argument(0, "key").const, call.node, call.argument(1, "default"))


def _namespace(call: Call) -> Value:
    if call.arguments and call.name == "vars":
        return call.arguments[0]
    return Value(name=f"builtins.{call.name}")


def _path_join(call: Call) -> Value:
    text = "/".join(value.spell().rstrip("/") or "/" for value in call.arguments)
    if all(isinstance(value.const, str) for value in call.arguments):
        return Value(text, sources=call.sources())
    return partly_known(text, call.sources())


def _path(call: Call) -> Value:
    text = "/".join(value.spell() for value in call.arguments) or "."
    return Value(name="pathlib.Path()", text=text, sources=call.sources())


def _path_open(call: Call) -> Value:
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


def _home(call: Call) -> Value:
    return Value(name="pathlib.Path()", text="~")


def _temporary(call: Call) -> Value:
    return Value(name=f"{call.name}()", text="%TEMP%/{}" if "mk" in call.name else "%TEMP%")


def _temporary_file(call: Call) -> Value:
    suffix = call.argument(-1, "suffix").spell() if "suffix" in call.keywords else ""
    text = f"%TEMP%/{HOLE}{suffix}"
    return Value(name="open()", text=text, parts={"name": Value(text=text)})


def _same(call: Call) -> Value:
    return call.argument(0).tainted(call.sources())


def _dirname(call: Call) -> Value:
    path = call.argument(0)
    text = posixpath.dirname(path.spell().replace("\\", "/"))
    if isinstance(path.const, str):
        return Value(text, sources=path.sources)
    return Value(name=path.name, text=text or ".", sources=path.sources)


def _basename(call: Call) -> Value:
    path = call.argument(0)
    text = posixpath.basename(path.spell().replace("\\", "/"))
    if isinstance(path.const, str):
        return Value(text, sources=path.sources)
    return partly_known(text, path.sources)


def _carry(call: Call) -> Value:
    """Make what stands for its first argument: a request for its URL, a file for its path."""
    first = call.argument(0, "url", "host", "fullurl", "token", "webhook_url", "initial_bytes")
    return Value(
        name=f"{call.name}()",
        text=first.spell(),
        sources=call.sources(),
        parts=dict(call.keywords),
    )


def _serialised(call: Call) -> Value:
    first = call.argument(0)
    return Value(text=first.text, sources=call.sources())


def _compile(call: Call) -> Value:
    source = call.argument(0, "source")
    if call.name == "compile" and source.const is ABSENT and not source.sources:
        return Value(name="compile()", text=source.text)
    return source.tainted(call.sources())


def start_functions(call: Call) -> None:
    """Enter the functions that are handed to something which will call them."""
    if call.name.rpartition(".")[2] not in _STARTERS and call.name not in _STARTING_NAMES:
        return
    given = [*call.arguments, *call.keywords.values()]
    passed = call.argument(99, "args")
    arguments = elements_of(passed) if passed is not UNKNOWN else []
    for place, value in enumerate(given):
        rest = arguments or given[place + 1 :]
        receiver = [value.bound[0]] if value.bound else []
        if isinstance(value.body, Closure):
            enter(value.body, [*receiver, *rest], {}, call.machine.context)
        elif isinstance(value.body, ClassBody) and not value.name.endswith(")"):
            instantiate(value, [], {}, call.machine.context)
        elif value.name and not value.name.endswith(")") and "." in value.name:
            _call(call, value, rest)


# The last component of what runs a function that it is given.
_STARTERS = frozenset(
    "Thread Timer Process submit apply_async apply starmap imap imap_unordered run_in_executor "
    "start_new_thread run_until_complete create_task ensure_future gather call_soon call_later "
    "to_thread spawn run_coroutine_threadsafe start_soon".split()
)
_STARTING_NAMES = frozenset(
    {"atexit.register", "asyncio.run", "anyio.run", "trio.run", "sys.settrace", "sys.addaudithook"}
)


def _pip(call: Call) -> Value:
    """Take note of pip that is called as a function, as of a command."""
    text = f"pip {call.argument(0, 'args').spell()}"
    call.machine.act(
        Deed.PROCESS, call.node, call.scope, call.name, text=text, sources=call.sources()
    )
    return UNKNOWN


def _setup(call: Call) -> Value:
    """Follow what ``setup()`` is told to run."""
    commands = call.keywords.get("cmdclass", UNKNOWN)
    parts = commands.parts or {}
    for name, value in parts.items():
        if isinstance(value.body, ClassBody):
            call.machine.commands.append(value)
            call.machine.act(Deed.HOOK, value.body.node, call.scope, value.name, text=str(name))
    return UNKNOWN


Special = Callable[[Call], Value]

SPECIALS: dict[str, Special] = {
    "getattr": _getattr,
    "object.__getattribute__": _getattr,
    "setattr": _setattr,
    "__import__": _import,
    "importlib.import_module": _import,
    "importlib.util.spec_from_file_location": _module_of_file,
    "importlib.util.module_from_spec": _module_of_spec,
    "map": _map,
    "itertools.starmap": _map,
    "filter": _filter,
    "reduce": _reduce,
    "functools.reduce": _reduce,
    "functools.partial": _partial,
    "operator.methodcaller": _methodcaller,
    "operator.attrgetter": _attrgetter,
    "operator.getitem": _getitem,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "globals": _namespace,
    "locals": _namespace,
    "vars": _namespace,
    "os.path.join": _path_join,
    "pathlib.Path": _path,
    "pathlib.Path.home": _home,
    "tempfile.gettempdir": _temporary,
    "tempfile.mkdtemp": _temporary,
    "tempfile.mktemp": _temporary,
    "tempfile.NamedTemporaryFile": _temporary_file,
    "os.path.dirname": _dirname,
    "os.path.basename": _basename,
    "open": open_file,
    "pathlib.Path.open": _path_open,
    "compile": _compile,
    "json.dumps": _serialised,
    "urllib.parse.urlencode": _serialised,
    "urllib.parse.quote": _serialised,
    "base64.b64encode": _serialised,
    "base64.urlsafe_b64encode": _serialised,
    "base64.b32encode": _serialised,
    "binascii.hexlify": _serialised,
    "zlib.compress": _serialised,
    **dict.fromkeys(("pip.main", "pip.cli.main.main", "pip.main.main"), _pip),
    "setuptools.setup": _setup,
    "distutils.core.setup": _setup,
    "numpy.distutils.core.setup": _setup,
    "skbuild.setup": _setup,
    **dict.fromkeys(
        (
            "os.path.abspath",
            "os.path.realpath",
            "os.path.normpath",
            "os.path.expanduser",
            "os.path.expandvars",
            "os.fspath",
            "os.fsencode",
            "os.fsdecode",
            "shlex.quote",
            "shlex.split",
            "textwrap.dedent",
            "copy.copy",
            "copy.deepcopy",
            "ssl.wrap_socket",
            "ssl.SSLContext.wrap_socket",
            "ssl.create_default_context.wrap_socket",
            "next",
            "asyncio.wait_for",
            "functools.wraps",
            "contextlib.closing",
            "six.ensure_str",
            "six.ensure_binary",
            "typing.cast",
        ),
        _same,
    ),
    **dict.fromkeys(
        (
            "urllib.request.Request",
            "http.client.HTTPConnection",
            "http.client.HTTPSConnection",
            "io.BytesIO",
            "io.StringIO",
            "zipfile.ZipFile",
            "tarfile.open",
            "gzip.open",
            "telebot.TeleBot",
            "telegram.Bot",
            "smtplib.SMTP",
            "smtplib.SMTP_SSL",
            "ftplib.FTP",
            "importlib.machinery.SourceFileLoader",
            "cryptography.fernet.Fernet",
            "requests.Request",
        ),
        _carry,
    ),
}
CALLS_OF_RESULTS: dict[str, Special] = {
    "functools.partial()": _call_partial,
    "operator.attrgetter()": _call_attrgetter,
    "operator.methodcaller()": _call_methodcaller,
}
