"""What a command line does in its turn: code for another interpreter, a request, a name looked up.

A package that cannot be caught calling ``urlopen`` starts ``curl``; one that cannot be caught
executing code starts ``python -c``. Both are taken down as what they are.
"""

import re

from airlock.archive.declared import Declared, Use
from airlock.syntax.catalogue import secret_path
from airlock.syntax.facts import Context, Deed, Origin, Source
from airlock.syntax.machine.invocation import Call
from airlock.syntax.values import ABSENT, HOLE, Value

_PYTHON = re.compile(r"^(.*[/\\])?(python[\d.]*w?|py)(\.exe)?$", re.IGNORECASE)
_FETCHER = re.compile(
    r"\b(curl|wget|fetch|invoke-webrequest|iwr|invoke-restmethod|irm|downloadstring|downloadfile|"
    r"certutil|bitsadmin|http|aria2c)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://[^\s\"'|;&<>)]+", re.IGNORECASE)
_BARE_HOST = re.compile(r"\b(?:curl|wget)\s+(?:-\S+\s+)*([\w{}.-]+\.[a-z]{2,}[^\s|;&]*)")
_RESOLVER = re.compile(
    r"(?:^|[;&|(`\"'\n]\s*|\b(?:sudo|exec|do|then)\s+|\s-c\s+)(?:/usr/bin/)?"
    r"(?:nslookup|dig|host|ping6?|resolvectl query|getent hosts)\s+"
    r"(?:[-+]\S+\s+(?:\d+\s+)?|(?:TXT|CNAME|MX|AAAA|NULL|ANY|A)\s+)*(\S+\.[\w-]{2,}\.?)"
)
# What a shell puts into a command: the output of another one, a variable, a file.
_SUBSTITUTED = re.compile(
    r"\$\([^)]{1,200}\)|`[^`]{1,200}`|\$\{?[A-Za-z_]\w*|%[A-Za-z_]\w*%|[ =@<]@?[~/][\w./~-]+"
)
_TELLING = re.compile(
    r"\b(whoami|hostname|ifconfig|ipconfig|systeminfo|uname|id|getmac|wmic|netstat|ip a(ddr)?|arp|"
    r"tasklist|ps|dscl|sw_vers|pwd|who|nltest)\b|\$\{?(USER|HOSTNAME|HOME|LOGNAME|PWD)\b|"
    r"%(USERNAME|COMPUTERNAME|USERDOMAIN|USERPROFILE)%"
)
_ENVIRONMENT = re.compile(r"\b(env|printenv|set|export -p)\b")
# Records whose text is whatever their owner likes.
_RECORDS = re.compile(r"\b(TXT|CNAME|MX|AAAA|NULL|any)\b", re.IGNORECASE)
# What prints a credential.
_CREDENTIALS = re.compile(
    r"\bgh\s+auth\s+(token|status\s+(-t|--show-token))|\bgit\s+credential\S*\s+(fill|get)\b"
    r"|\baws\s+configure\s+(get|export-credentials)|\baws\s+(sts\s+get-session|secretsmanager\s+get)"
    r"|\bgcloud\s+auth\s+\S*\s*print-\w+-token|\baz\s+account\s+get-access-token"
    r"|\bkubectl\s+(.{0,60}\s)?(get|describe)\s+secrets?\b|\bkubectl\s+config\s+view\b.{0,40}--raw"
    r"|\bsecurity\s+(find-(generic|internet)-password|dump-keychain)|\bop\s+(read|item\s+get)\b"
    r"|\bvault\s+(kv\s+get|read|print\s+token)\b|\bdocker-credential-\w+\s+get\b|\bsecret-tool\s+lookup\b"
    r"|\bnetsh\s+wlan\s+show\s+profiles?\b.{0,80}key=clear|\bcmdkey\s+/list|\breg\s+save\s+hklm"
    r"|\bheroku\s+auth:token|\bpass\s+show\s|\bprintenv\s+\w*(TOKEN|SECRET|KEY|PASS)\w*",
    re.IGNORECASE,
)
_CLIPBOARD = re.compile(
    r"\bpbpaste\b|\bxclip\b.{0,60}\s-o\b|\bxsel\b.{0,40}\s(-o|--output)\b|\bwl-paste\b|\bget-clipboard\b",
    re.IGNORECASE,
)


def follow(call: Call, text: str, sources: frozenset[Source]) -> frozenset[Source]:
    """Take note of what a command does; return where the data in it comes from."""
    sources |= _substituted(text, call.line)
    _follow_code(call)
    _kept(call, text)
    _required(call, text)
    if _FETCHER.search(text):
        match = _ADDRESS.search(text) or _BARE_HOST.search(text)
        if match:
            _act(call, Deed.REQUEST, match.group(match.lastindex or 0), sources)
    match = _RESOLVER.search(text)
    if match:
        _act(call, Deed.SEND, match.group(1), sources)
    return sources


_INSTALL = re.compile(r"\bpip[\d.]*\s+install\s+([^|;&\n]{1,2000})")
# Options of pip whose value is the next word.
_VALUED = frozenset(
    "-r -c -e -i -t --requirement --constraint --editable --index-url --extra-index-url --target "
    "--find-links -f --prefix --root --python --platform --trusted-host --cert --proxy".split()
)


def _required(call: Call, text: str) -> None:
    """Take note of what pip is told to install, as of any other requirement."""
    machine = call.machine
    match = _INSTALL.search(text)
    if match is None or machine.context < Context.IMPORT:
        return
    path, skipped = machine.path.partition("!/layer")[0], False
    for word in match.group(1).split()[:64]:
        if not skipped and not word.startswith("-") and HOLE not in word:
            machine.host.need(Declared(word.strip("\"'"), path, Use.RUN))
        skipped = word in _VALUED


def _kept(call: Call, text: str) -> None:
    """Take note of files that a command fetches or moves."""
    for match in _OUTPUT.finditer(text[:4_000]):
        path = next(filter(None, match.groups()), "").strip("\"'")
        sources = frozenset({Source(Origin.NETWORK, text[:200], call.line)})
        _write(call, path, sources, frozenset({"command"}))
    for match in _MOVES.finditer(text[:4_000]):
        source, target = (piece.strip("\"'") for piece in match.groups())
        origin = frozenset({Source(Origin.FILE, source[:200], call.line)})
        _write(call, target, origin, frozenset({"command", "copy"}))


def _write(call: Call, path: str, sources: frozenset[Source], options: frozenset[str]) -> None:
    call.machine.act(
        Deed.WRITE, call.node, call.scope, call.name, text=path, sources=sources, options=options
    )


_OUTPUT = re.compile(
    r"\b(?:curl|wget|aria2c)\b[^|;&\n]{0,600}?\s"
    r"(?:-[A-Za-z]*[oO]|--output|--output-document|--out)[ =]"
    r"(?!https?:)(\"[^\"]+\"|\S+)"
    r"|\b(?:curl|wget)\b[^|;&\n>]{0,600}[^-|;&\n\s>]\s*>\s*(\"[^\"]+\"|[^\s|;&]+)"
    r"|-outfile\s+(\"[^\"]+\"|'[^']+'|[^\s|;&]+)"
    r"|downloadfile\([^,\n]{4,300},\s*[\"']([^\"'\n]+)"
    r"|\bcertutil\b[^|;&\n]{0,300}-urlcache[^|;&\n]{0,300}\s(\"[^\"]+\"|[^\s|;&]+)\s*(?:$|[|;&\n])"
    r"|\bwget\s+(?:-[\w-]+\s+)*[\"']?https?://[^\s|;&\"']+/([\w.-]+)",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"(?:^|[;&|/]\s*[cC]?\s*)(?:move|copy|ren|rename|mv|cp)\s+(?:[-/]\w+\s+)*"
    r"(\"[^\"]+\"|[^\s|;&]+)\s+(\"[^\"]+\"|[^\s|;&]+)"
)


def telling(text: str, line: int) -> frozenset[Source]:
    """Return what a command prints about the victim."""
    found = set()
    if _TELLING.search(text):
        found.add(Source(Origin.IDENTITY, text[:200], line))
    if _ENVIRONMENT.fullmatch(text.strip()):
        found.add(Source(Origin.ENVIRON, text[:200], line))
    if secret_path(text) or _CREDENTIALS.search(text):
        found.add(Source(Origin.SECRET, text[:200], line))
    if _CLIPBOARD.search(text):
        found.add(Source(Origin.WATCHED, text[:200], line))
    if _RESOLVER.search(text) and _RECORDS.search(text):
        found.add(Source(Origin.NETWORK, text[:200], line))
    if _FETCHER.search(text) and (_ADDRESS.search(text) or _BARE_HOST.search(text)):
        found.add(Source(Origin.NETWORK, text[:200], line))
    return frozenset(found)


def _substituted(text: str, line: int) -> frozenset[Source]:
    found: set[Source] = set()
    for match in _SUBSTITUTED.finditer(text[:4_000]):
        piece = match.group(0)
        if secret_path(piece):
            found.add(Source(Origin.SECRET, piece[:120], line))
        elif piece[0] in "$`%":
            if _TELLING.search(piece):
                found.add(Source(Origin.IDENTITY, piece[:120], line))
            elif _ENVIRONMENT.search(piece):
                found.add(Source(Origin.ENVIRON, piece[:120], line))
            elif piece[:2] == "$(" or piece[0] == "`":
                found.add(Source(Origin.OUTPUT, piece[:120], line))
    return frozenset(found)


def _act(call: Call, deed: Deed, text: str, sources: frozenset[Source]) -> None:
    options = frozenset({"command", "dns"} if deed is Deed.SEND else {"command"})
    call.machine.act(
        deed, call.node, call.scope, call.name, text=text, sources=sources, options=options
    )


def _follow_code(call: Call) -> None:
    """Read what is handed to another Python: ``-c code``, the name of a script, standard input."""
    words = _words(call)
    start = next((place for place, word in enumerate(words[:4]) if _is_python(word)), None)
    if start is None:
        return
    rest = words[start + 1 :]
    for place, word in enumerate(rest):
        following = rest[place + 1].const if place + 1 < len(rest) else ABSENT
        if word.const == "-c" and isinstance(following, str):
            _peel(call, following)
            return
        if word.const == "-m" and isinstance(following, str):
            _run_module(call, following)
            return
        if isinstance(word.const, str) and word.const.startswith("-"):
            continue
        _run_script(call, word.spell())
        return


def _words(call: Call) -> list[Value]:
    first = call.argument(0, "args", "cmd", "command")
    if isinstance(first.const, str):
        return [Value(word) for word in _split(first.const)]
    if isinstance(first.const, list | tuple):
        return [Value(word) for word in first.const[:64]]
    if first.parts is not None and first.body is None:
        return list(first.parts.values())[:64]
    return [Value(text=word) for word in first.text.split()] if first.text else []


def _split(command: str) -> list[str]:
    import shlex

    try:
        return shlex.split(command[:20_000])
    except ValueError:
        return command.split()


def _is_python(word: Value) -> bool:
    return bool(_PYTHON.match(word.spell()))


def _peel(call: Call, code: str) -> None:
    machine = call.machine
    if machine.depth < machine.MOST_LAYERS:
        machine.host.peel(code, machine, call.line, call.scope)


def _run_script(call: Call, path: str) -> None:
    machine = call.machine
    name = machine.path.partition("!/")[0].rpartition("/")[2]
    if path.rpartition("/")[2] == name:
        return  # itself, with other arguments
    own = machine.host.own_file(path, machine.path) if path.endswith(".py") else None
    if own is not None and machine.context >= Context.CALLED:
        _peel(call, own.decode("utf-8", "replace"))


def _run_module(call: Call, name: str) -> None:
    """Read a module of the artifact that another interpreter is told to run."""
    machine, stem = call.machine, name.replace(".", "/")
    for path in (f"{stem}.py", f"{stem}/__main__.py", f"src/{stem}.py", f"src/{stem}/__main__.py"):
        own = machine.host.own_file(path, machine.path)
        if own is not None:
            _peel(call, own.decode("utf-8", "replace"))
            return
