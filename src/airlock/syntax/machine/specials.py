"""Built-in functions that lead to other things: ``getattr``, ``map``, ``setup`` and others."""

from collections.abc import Callable

from airlock.syntax.facts import Deed, Origin, Source
from airlock.syntax.machine.assignments import replaced
from airlock.syntax.machine.deeds import open_file
from airlock.syntax.machine.functions import (
    call_attrgetter,
    call_filter,
    call_map,
    call_methodcaller,
    call_partial,
    call_reduce,
    make_attrgetter,
    make_methodcaller,
    make_partial,
)
from airlock.syntax.machine.importing import (
    call_import,
    fetch_and_import,
    module_of_file,
    module_of_spec,
)
from airlock.syntax.machine.invocation import Call
from airlock.syntax.machine.lookups import attribute, item, variable
from airlock.syntax.machine.paths import (
    basename,
    dirname,
    home,
    join_path,
    make_path,
    open_path,
    packages,
    resources,
    temporary,
    temporary_file,
)
from airlock.syntax.machine.reading import parse_json
from airlock.syntax.machine.requiring import note_requirements
from airlock.syntax.values import ABSENT, UNKNOWN, ClassBody, Value


def _getattr(call: Call) -> Value:
    name = call.argument(1).const
    if not isinstance(name, str):
        return call.unknown()
    return attribute(call.machine, call.argument(0), name)


def _setattr(call: Call) -> Value:
    owner, name = call.argument(0), call.argument(1).const
    if isinstance(name, str) and owner is not UNKNOWN:
        replaced(call.machine, owner, name, call.argument(2), call.node)
        if owner.parts is None:
            owner.parts = {}
        owner.parts[name] = call.argument(2)
    return UNKNOWN


def _getitem(call: Call) -> Value:
    return item(call.machine, call.argument(0), call.argument(1), call.node)


def _getenv(call: Call) -> Value:
    return variable(call.argument(0, "key").const, call.node, call.argument(1, "default"))


def _namespace(call: Call) -> Value:
    if call.arguments and call.name == "vars":
        return call.arguments[0]
    return Value(name=f"builtins.{call.name}")


def _same(call: Call) -> Value:
    return call.argument(0).tainted(call.sources())


def _opened(call: Call) -> Value:
    """Open a picture, a sound or a table: what is in it comes from the file."""
    text = call.argument(0, "fp", "f", "file", "name").spell()
    source = Source(Origin.FILE, text[:200], call.line)
    return Value(name=f"{call.name}()", text=text, sources=call.sources() | {source})


def _cast(call: Call) -> Value:
    return call.argument(1, "val")


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


def _pip(call: Call) -> Value:
    """Take note of pip that is called as a function, as of a command."""
    text = f"pip {call.argument(0, 'args').spell()}"
    call.machine.act(
        Deed.PROCESS, call.node, call.scope, call.name, text=text, sources=call.sources()
    )
    return UNKNOWN


def _setup(call: Call) -> Value:
    """Follow what ``setup()`` is told to run, and take note of what it is told to require."""
    note_requirements(call)
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
    "__import__": call_import,
    "importlib.import_module": call_import,
    "importlib.util.spec_from_file_location": module_of_file,
    "importlib.util.module_from_spec": module_of_spec,
    "map": call_map,
    "itertools.starmap": call_map,
    "filter": call_filter,
    "reduce": call_reduce,
    "functools.reduce": call_reduce,
    "functools.partial": make_partial,
    "operator.methodcaller": make_methodcaller,
    "operator.attrgetter": make_attrgetter,
    "operator.getitem": _getitem,
    "os.getenv": _getenv,
    "os.environ.get": _getenv,
    "globals": _namespace,
    "locals": _namespace,
    "vars": _namespace,
    "os.path.join": join_path,
    "pathlib.Path": make_path,
    "pathlib.Path.home": home,
    "tempfile.gettempdir": temporary,
    "tempfile.mkdtemp": temporary,
    "tempfile.mktemp": temporary,
    "tempfile.NamedTemporaryFile": temporary_file,
    "importlib.resources.files": resources,
    "importlib_resources.files": resources,
    "json.loads": parse_json,
    "json.load": parse_json,
    "os.path.dirname": dirname,
    "os.path.basename": basename,
    **dict.fromkeys(
        (
            "site.getsitepackages",
            "site.getusersitepackages",
            "sysconfig.get_path",
            "sysconfig.get_paths",
            "distutils.sysconfig.get_python_lib",
        ),
        packages,
    ),
    **dict.fromkeys(
        ("PIL.Image.open", "wave.open", "cv2.imread", "imageio.imread", "h5py.File"), _opened
    ),
    "typing.cast": _cast,
    "open": open_file,
    "pathlib.Path.open": open_path,
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
    **dict.fromkeys(
        (
            "httpimport.remote_repo",
            "httpimport.github_repo",
            "httpimport.gitlab_repo",
            "httpimport.load",
            "pandas.read_pickle",
        ),
        fetch_and_import,
    ),
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
            "contextlib.closing",
            "six.ensure_str",
            "six.ensure_binary",
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
            "zipimport.zipimporter",
        ),
        _carry,
    ),
}
CALLS_OF_RESULTS: dict[str, Special] = {
    "functools.partial()": call_partial,
    # ``wraps(f)(g)`` is ``g``; ``f`` is not called by it.
    "functools.wraps()": _same,
    "operator.attrgetter()": call_attrgetter,
    "operator.methodcaller()": call_methodcaller,
}
