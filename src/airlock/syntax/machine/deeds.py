"""Turns calls that the catalogue knows into acts, and says what their results are made of."""

import re

from airlock.syntax.catalogue import RECEIVER, Effect, secret_path
from airlock.syntax.facts import Context, Deed, Origin, Source
from airlock.syntax.machine import commands
from airlock.syntax.machine.core import Machine
from airlock.syntax.machine.invocation import Call
from airlock.syntax.machine.scope import Scope
from airlock.syntax.values import ABSENT, HOLE, NOTHING, UNKNOWN, Value, sources_of

# Arguments that say how, not what.
_MANNER = frozenset(
    "env timeout proxies verify cert auth cwd stdout stderr encoding errors mode text shell "
    "allow_redirects stream universal_newlines close_fds executable creationflags check headers "
    "cookies context startupinfo bufsize input_encoding".split()
)
_BODY = frozenset("data json files params content body fields form multipart".split())


def perform(call: Call, effect: Effect) -> Value:
    """Take note of what a call does; return its result."""
    text = _text(call, effect)
    sources = _sources(call, effect)
    if effect.deed is Deed.READ:
        return _read(call, effect, text)
    if effect.deed is Deed.EXECUTE:
        found = _execute(call, effect, text, sources)
        if call.name == "eval" and found is not UNKNOWN:
            return found.tainted(sources)
        return Value(name=f"{call.name}()", sources=sources)
    if effect.deed is Deed.PROCESS:
        sources = commands.follow(call, text, sources)
    elif "copy" in effect.options:
        moved = call.receiver if call.name.startswith("pathlib.") else call.argument(0, "src")
        sources |= {Source(Origin.FILE, moved.spell()[:200], call.line)}
    elif "client" in effect.options:
        sources |= _named_secrets(call)
        if not any(source.origin in _PRIVATE for source in sources):
            return call.unknown()
    options = effect.options | _options(call)
    if effect.deed is Deed.WRITE and call.argument(0, "data").name.endswith(_ENCRYPTED):
        options |= {"encrypted"}
    if effect.deed in _CONTACTS and _is_hidden(call, effect):
        options |= {"hidden-address"}
    for spelling in _spellings(call, effect, text):
        call.machine.act(
            effect.deed,
            call.node,
            call.scope,
            call.name,
            text=spelling,
            sources=sources,
            options=options,
        )
    if effect.deed is Deed.WRITE:
        _read_written(call, text)
    elif "file" in effect.options:
        _write_fetched(call, text)
    return _result(call, effect, text)


_PRIVATE = frozenset({Origin.ENVIRON, Origin.SECRET, Origin.WATCHED, Origin.ENTRUSTED})


def _named_secrets(call: Call) -> frozenset[Source]:
    """Return the files with credentials whose paths a client is given."""
    texts = [value.spell() for value in (*call.arguments, *call.keywords.values())]
    return frozenset(
        Source(Origin.SECRET, text[:200], call.line) for text in texts if secret_path(text)
    )


_ENCRYPTED = (".encrypt()", ".encryptor().update()", ".encrypt_and_digest()[]")
_CONTACTS = frozenset({Deed.REQUEST, Deed.CONNECT})


def _is_hidden(call: Call, effect: Effect) -> bool:
    """Tell whether the address itself, not what is sent there, was decoded from a literal."""
    values = [call.receiver] if RECEIVER in effect.at else []
    places = [place for place in effect.at if place != RECEIVER]
    values += [call.argument(place, *effect.keywords) for place in places]
    return any(source.origin is Origin.PAYLOAD for source in sources_of(*values))


def _spellings(call: Call, effect: Effect, text: str) -> list[str]:
    """Return the text, and what it may be instead where paths of the code join."""
    if len(effect.at) != 1 or RECEIVER in effect.at:
        return [text]
    value = call.argument(effect.at[0], *effect.keywords)
    if value.other is None:
        return [text]
    return list(dict.fromkeys(other.spell() for other in value.alternatives()))


def _write_fetched(call: Call, address: str) -> None:
    """``urlretrieve(address, path)`` and the like write what they fetch."""
    path = call.argument(1, "filename", "out", "reporthook")
    sources = frozenset({Source(Origin.NETWORK, address[:200], call.line)})
    call.machine.act(
        Deed.WRITE, call.node, call.scope, call.name, text=path.spell(), sources=sources
    )


def _read_written(call: Call, path: str) -> None:
    """Read code that is written to a file as the code that it is."""
    content = call.argument(0).const
    machine = call.machine
    if isinstance(content, str | bytes) and len(content) > _SHORTEST_CODE:
        text = content if isinstance(content, str) else content.decode("utf-8", "replace")
        runs = _IMPORTS.search(text) and not path.endswith(_NOT_CODE)
        if runs and machine.context >= Context.CALLED and machine.depth < machine.MOST_LAYERS:
            machine.host.peel(text, machine, call.line, Scope())


_SHORTEST_CODE = 20
_IMPORTS = re.compile(r"(^|[;\n])\s*(import|from)\s+\w")
_NOT_CODE = (".md", ".rst", ".txt", ".html", ".js", ".ts", ".json", ".c", ".cpp", ".h", ".ipynb")


def open_file(call: Call) -> Value:
    """Open a file: the handle stands for the path, and its content comes from there."""
    path = call.argument(0, "file")
    mode = call.argument(1, "mode").const
    text = path.spell()
    writes = isinstance(mode, str) and not set(mode).isdisjoint("wax+")
    sources = NOTHING if writes else _file_sources(call, text)
    if any(source.origin is Origin.SECRET for source in sources):
        _act_read(call, text, sources)
    found = frozenset(source for source in sources_of(path) if source.origin in _PASSED_ON)
    handle = Value(name="open()", text=text, sources=sources | found)
    handle.parts = {"name": Value(text=text)}
    return handle


# A path that is one of these makes what is read there the same.
_PASSED_ON = frozenset({Origin.FILE, Origin.ENTRUSTED})


def _text(call: Call, effect: Effect) -> str:
    pieces = [call.keywords[name].spell() for name in effect.keywords if name in call.keywords]
    if not pieces or RECEIVER in effect.at:
        # ``Session.get(session, address)``: the method of a class, not of an instance.
        unbound = call.name.startswith(_CLASSES) and call.receiver.name.endswith("Session")
        for place in effect.at:
            if place == RECEIVER:
                pieces.append(call.receiver.spell())
            elif place + unbound < len(call.arguments):
                pieces.append(call.arguments[place + unbound].spell())
    return " ".join(piece for piece in pieces if piece != HOLE) or HOLE


_CLASSES = ("requests.Session.", "aiohttp.ClientSession.", "requests.sessions.Session.")


def _sources(call: Call, effect: Effect) -> frozenset[Source]:
    values = [*call.arguments]
    values += [value for name, value in call.keywords.items() if name not in _MANNER]
    if effect.deed is Deed.REQUEST or RECEIVER in effect.at:
        values.append(call.receiver)
    headers = call.keywords.get("headers")
    found = sources_of(*values)
    if headers is not None:
        found |= {s for s in sources_of(headers) if s.origin in (Origin.ENVIRON, Origin.IDENTITY)}
    return found


def _options(call: Call) -> frozenset[str]:
    options = {name for name in call.keywords if name in _BODY}
    found = {"body"} if options else set()
    if call.keywords.get("shell") is not None and call.keywords["shell"].const is True:
        found.add("shell")
    if {"creationflags", "startupinfo"} & call.keywords.keys():
        found.add("hidden")
    if {"stdin", "start_new_session", "preexec_fn"} & call.keywords.keys():
        found.add("detached")
    return frozenset(found)


def _result(call: Call, effect: Effect, text: str) -> Value:
    sources = NOTHING
    if effect.gives is not None:
        sources = frozenset(
            {Source(effect.gives, text[:200], call.line), *_telling(text, call.line)}
        )
    if effect.deed is Deed.PROCESS and effect.gives is not None:
        sources |= commands.telling(text, call.line)
    if effect.deed is Deed.SEND and "dns" in effect.options:
        sources |= sources_of(*call.arguments)
    return Value(name=f"{call.name}()", sources=sources)


def _telling(address: str, line: int) -> list[Source]:
    """Return what some services answer: who asks them, or the credentials of the machine."""
    if _LOOKUPS.search(address):
        return [Source(Origin.IDENTITY, address[:200], line)]
    if _METADATA.search(address) and _CREDENTIALS.search(address):
        return [Source(Origin.SECRET, address[:200], line)]
    return []


_LOOKUPS = re.compile(
    r"ipify\.org|ipinfo\.io|ifconfig\.(me|co)|ident\.me|icanhazip|checkip\.|ip-api\.com|ipapi\.co"
    r"|wtfismyip|myexternalip|geolocation-db|api\.myip|ipwho\.is|ipgeolocation|l2\.io/ip|whatismyip",
    re.IGNORECASE,
)
_METADATA = re.compile(
    r"169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal|100\.100\.100\.200"
)
_CREDENTIALS = re.compile(r"credential|token|user-data|attributes|identity|\{\}", re.IGNORECASE)


def _read(call: Call, effect: Effect, text: str) -> Value:
    sources = _file_sources(call, text)
    if any(source.origin is Origin.SECRET for source in sources):
        _act_read(call, text, sources)
    own = call.machine.host.own_file(text, call.machine.path)
    if own is not None:
        return _own_content(call, own, sources)
    return Value(name=f"{call.name}()", sources=sources | call.receiver.sources)


def _own_content(call: Call, content: bytes, sources: frozenset[Source]) -> Value:
    """Return the content of a file of the artifact, which code reads from its own tree."""
    if call.name.endswith("bytes"):
        return Value(content, sources=sources)
    text = content.decode("utf-8", "replace")
    if call.name.endswith("readlines"):
        return Value(text.splitlines(keepends=True), sources=sources)
    if call.name.endswith("readline"):
        return Value(text.partition("\n")[0], sources=sources)
    return Value(text, sources=sources)


def _file_sources(call: Call, text: str) -> frozenset[Source]:
    origin = Origin.SECRET if secret_path(text) else Origin.FILE
    return frozenset({Source(origin, text[:200], call.line)})


def _act_read(call: Call, text: str, sources: frozenset[Source]) -> None:
    call.machine.act(Deed.READ, call.node, call.scope, call.name, text=text, sources=sources)


def _execute(call: Call, effect: Effect, text: str, sources: frozenset[Source]) -> Value:
    machine = call.machine
    given = call.argument(effect.at[0], *effect.keywords)
    data = call.receiver if RECEIVER in effect.at else given
    payload = data.const
    if "file" in effect.options:
        own = machine.host.own_file(text, machine.path)
        payload = own if own is not None else ABSENT
        sources |= _file_sources(call, text)
    known = isinstance(payload, str | bytes)
    if "document" in effect.options and not (known and _calls(payload)):
        # A format of data, but for the few that name what they call.
        return UNKNOWN
    options = effect.options
    if known and not sources and "file" not in options and _is_assembled(machine, payload):
        options |= {"assembled"}
    machine.act(
        Deed.EXECUTE,
        call.node,
        call.scope,
        call.name,
        text="" if known else text,
        sources=sources,
        evidence=_evidence(payload) if known else "",
        options=options,
    )
    if known and "pickle" not in effect.options and machine.depth < machine.MOST_LAYERS:
        return machine.host.peel(payload, machine, call.line, call.scope)
    return UNKNOWN


def _calls(document: str | bytes) -> bool:
    text = document if isinstance(document, str) else document.decode("latin-1")
    return "!!python/" in text or "py/reduce" in text or "py/function" in text


def _is_assembled(machine: Machine, payload: str | bytes) -> bool:
    """Tell a text that stands nowhere in the source: it was put together of pieces."""
    text = payload if isinstance(payload, str) else payload.decode("latin-1")
    piece = _PIECE.search(text[:2_000])
    if piece is None:
        return False
    shown = piece.group()
    return not any(shown in line for line in machine.lines)


# Without anything that a literal could spell otherwise.
_PIECE = re.compile(r"[\w .,;()=+-]{12,40}")
_LONGEST_EVIDENCE = 4_000


def _evidence(payload: str | bytes) -> str:
    if isinstance(payload, bytes):
        payload = payload[:_LONGEST_EVIDENCE].decode("utf-8", "backslashreplace")
    return payload[:_LONGEST_EVIDENCE]
