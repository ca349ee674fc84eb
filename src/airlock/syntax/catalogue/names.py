"""One spelling for every name of a thing: ``posix.system``, ``nt.system`` are ``os.system``."""

import builtins
import string
from functools import lru_cache

BUILTINS = frozenset(dir(builtins)) | frozenset(
    {"execfile", "unicode", "xrange", "raw_input", "unichr", "reduce", "file", "reload", "long"}
)

# Longer prefixes first where they overlap.
_PREFIXES = (
    ("__builtins__.", ""),
    ("__builtin__.", ""),
    ("builtins.", ""),
    ("six.moves.builtins.", ""),
    ("posixpath.", "os.path."),
    ("ntpath.", "os.path."),
    ("posix.", "os."),
    ("nt.", "os."),
    ("_winreg.", "winreg."),
    ("commands.", "subprocess."),
    ("popen2.", "os."),
    ("cPickle.", "pickle."),
    ("_pickle.", "pickle."),
    ("cStringIO.", "io."),
    ("StringIO.", "io."),
    ("httplib.", "http.client."),
    ("urllib2.", "urllib.request."),
    ("urlparse.", "urllib.parse."),
    ("six.moves.urllib.", "urllib."),
    ("pip._vendor.", ""),
    ("pip._internal.", "pip."),
    ("setuptools._vendor.", ""),
    ("gevent.subprocess.", "subprocess."),
    ("gevent.socket.", "socket."),
    ("eventlet.green.", ""),
    ("_socket.", "socket."),
    ("_codecs.", "codecs."),
    ("_ctypes.", "ctypes."),
    ("importlib._bootstrap_external.", "importlib.machinery."),
    ("pathlib.PosixPath.", "pathlib.Path."),
    ("pathlib.WindowsPath.", "pathlib.Path."),
    ("pathlib.PurePath.", "pathlib.Path."),
    ("pathlib2.", "pathlib."),
    ("aiofiles.open", "open"),
    ("io.open", "open"),
    ("codecs.open", "open"),
    ("os.fdopen", "open"),
    ("file.", "open."),
    ("Cryptodome.", "Crypto."),
)
_EXACT = {
    "urllib.urlopen": "urllib.request.urlopen",
    "urllib.urlretrieve": "urllib.request.urlretrieve",
    "urllib.quote": "urllib.parse.quote",
    "urllib.urlencode": "urllib.parse.urlencode",
    "urllib.unquote": "urllib.parse.unquote",
    "file": "open",
    "importlib.__import__": "__import__",
    "unicode": "str",
    "requests.api.get": "requests.get",
    "requests.api.post": "requests.post",
    "requests.sessions.Session": "requests.Session",
    "requests.session": "requests.Session",
    "subprocess.Popen.communicate": "subprocess.Popen.communicate",
}

_SPELLINGS = {
    "sys.executable": "python",
    "os.sep": "/",
    "os.path.sep": "/",
    "os.curdir": ".",
    "os.pardir": "..",
    "os.linesep": "\n",
    "os.devnull": "/dev/null",
    "os.extsep": ".",
    "os.pathsep": ":",
    "string.ascii_letters": string.ascii_letters,
    "string.ascii_lowercase": string.ascii_lowercase,
    "string.ascii_uppercase": string.ascii_uppercase,
    "string.lowercase": string.ascii_lowercase,
    "string.uppercase": string.ascii_uppercase,
    "string.letters": string.ascii_letters,
    "string.digits": string.digits,
    "string.hexdigits": string.hexdigits,
    "string.punctuation": string.punctuation,
    "string.printable": string.printable,
    "string.whitespace": string.whitespace,
}


@lru_cache(maxsize=16_384)
def canonical(name: str) -> str:
    """Return the one spelling of a dotted name; marks of calls and look-ups are dropped."""
    plain = name.replace("()", "").replace("[]", "")
    for prefix, replacement in _PREFIXES:
        if plain.startswith(prefix):
            plain = replacement + plain[len(prefix) :]
            break
    return _EXACT.get(plain, plain)


def known_spelling(name: str) -> str | None:
    """Return the text that a name stands for, where it is always the same."""
    return _SPELLINGS.get(name)
