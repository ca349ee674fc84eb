"""The prefilter: one pass over the bytes of a file says where an attack's words stand.

A file without any of them is never parsed: it can compute, but it can neither run data as code, nor
start a process, nor talk to the network, nor reach for what is not its own. A module is used by
importing it, so names of modules count only where something is imported; what is looked up by a
name made at run time still needs a word that looks names up (``getattr``, ``__import__``, …).

- The scan sees every byte, whatever the size of the file.
- It looks at UTF-8; text in other encodings is encoded anew first.
"""

import bisect
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from airlock.syntax.mentions import BARE_ADDRESS, all_texts, confirm

# These count in an import statement, or where something is imported by name.
_MODULES = """
subprocess popen2 pty pexpect paramiko win32api win32com win32process win32crypt ctypes cffi
runpy marshal imp pickle cPickle dill cloudpickle builtins __builtin__ cryptography Crypto
Cryptodome
socket urllib urllib2 urllib3 requests httpx aiohttp httplib httplib2 http pycurl wget ftplib
smtplib telnetlib xmlrpc websockets dns grequests cloudscraper tls_client curl_cffi
requests_html dhooks discord_webhook discordwebhook discord telebot telegram niquests treq tornado
browser_cookie3 rookiepy keyring pyperclip clipboard win32clipboard pyautogui pynput keyboard pyHook
mss cv2 PIL winreg _winreg sqlite3 atexit pytransform webbrowser pyscreeze pyscreenshot sounddevice
pyaudio d3dshot pyxhook secretstorage pip imaplib pydoc zipimport httpimport cProfile
pymongo paho websocket boto3 aiogram telethon slack_sdk web3 solana solders redis pika kafka
""".split()
# These count as names, not as attributes or in prose.
_CALLED = frozenset({"exec", "eval", "execfile"})
# These count wherever they stand as a word.
_WORDS = """
__import__ import_module load_source load_module exec_module SourceFileLoader FunctionType CodeType
LambdaType popen Popen getoutput getstatusoutput check_output check_call startfile ShellExecute
ShellExecuteW ShellExecuteA WinExec dup2 windll posix_spawn spawnl spawnle spawnlp spawnlpe spawnv
spawnve spawnvp spawnvpe execl execle execlp execlpe execv execve execvp execvpe
globals __builtins__ __globals__ __subclasses__ __getattribute__ attrgetter methodcaller
urlopen urlretrieve b32decode b16decode b85decode a85decode Fernet fernet rot13 rot_13
__pyarmor__ encrypt environ getenv environb gethostname getlogin getuser getfqdn getnode
CryptUnprotectData ImageGrab VideoCapture crontab schtasks rmtree cmdclass powershell certutil
bitsadmin mshta
read_pickle Tcl open_connection unsafe_load __reduce__ __reduce_ex__ addsitedir
base64 b64decode binascii unhexlify fromhex codecs zlib lzma bz2 decompress
""".split()
# Text that counts wherever it stands.
_PIECES = (
    "import system",
    '"system"',
    "'system'",
    "\\x65\\x78\\x65\\x63",
    "[::-1]",
    "chr(",
    "ord(",
    "bytes([",
    "bytearray([",
    "maketrans",
    "!!python/",
)
_DORMANT_IMPORT = (
    r"\b(from|import)\s[^\n]{0,80}\b(tests?|testing|testsuite|_tests|docs?|examples?|samples?|demos?|"
    r"benchmarks?|tools?|scripts?|misc|contrib|fixtures|templates)\b"
)
_SYSTEM = r"\.\s{0,4}system\b"
_REGEXES = (
    _SYSTEM,
    _DORMANT_IMPORT,
    r"\bimport\s[^\n]{0,80}\bsystem\b",
    # Names looked up in a namespace, or made on the spot.
    r"(__dict__|vars\s?\([^)\n]{0,40}\)|locals\(\s?\)|sys\.modules)\s?\[",
    r"getattr\s{0,4}\([^\n]{1,80},\s{0,4}([\"'][^\"'\n]{0,40}[\"']\s{0,4}[+%\[.]|\w{1,30}\s{0,4}[(\[+])",
)
# Letters that Python reads as ASCII (PEP 3131, NFKC) and that no search for words would find.
_DISGUISED = re.compile(
    "[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff\u2090-\u209c\u1d43-\u1d6a]"
)
_DISGUISE = "letters in disguise"
# By these a file holds something, or prepares it; alone they do nothing.
_WEAK = frozenset(
    "chr( ord( [::-1] bytes([ bytearray([ maketrans environ getenv environb base64 b64decode "
    "codecs zlib lzma bz2 decompress binascii unhexlify fromhex sqlite3 http PIL imp "
    "cv2 discord tornado rmtree attrgetter methodcaller __reduce__ __reduce_ex__ "
    "b32decode b16decode b85decode a85decode Fernet fernet rot13 rot_13".split()
) | {_DORMANT_IMPORT}
# What these hand over is of interest where there is something to hand over.
_CLIENTS = frozenset("pymongo paho websocket aiogram telethon slack_sdk redis pika kafka".split())
_HANDED = frozenset({"environ", "environb"})
# What names one of these is worth following even if all that it does is write a file.
_PLACES = frozenset({"persistence", "browser-store", "wallet-store", "chat-token"})
_RUNNING = frozenset(
    "exec eval execfile marshal pickle FunctionType subprocess popen Popen __import__ "
    "ctypes".split()
)
_BRINGING = frozenset(
    "base64 b64decode zlib lzma bz2 decompress unhexlify fromhex fernet Fernet requests urllib "
    "urllib2 urlopen urlretrieve socket httpx".split()
)


class Hits(msgspec.Struct, frozen=True):
    """Where the words of one file stand."""

    lines: tuple[int, ...]
    """Where any of them stands: sorted, from 1."""
    acting: tuple[int, ...]
    """Where one stands by which code may act, and where something of note is named."""
    words: frozenset[str]
    mentions: tuple[tuple[str, int, str], ...]
    """Topic, line and text."""
    spoken: tuple[int, ...]
    """Where a word of code stands, and not only the name of something of note."""

    @property
    def strong(self) -> bool:
        """True if the file may act, and not only hold data."""
        if not self.words <= _WEAK | _CLIENTS or (self.words & _CLIENTS and self.words & _HANDED):
            return True
        return any(topic in _PLACES for topic, _, _ in self.mentions)

    @property
    def combined(self) -> bool:
        """True if the file both brings data in and runs something, or names something of note."""
        if self.words & _RUNNING and self.words & _BRINGING:
            return True
        return not self.words <= _WEAK and bool(self.mentions)

    @property
    def wakes(self) -> bool:
        """True if the file imports from a folder of tests, documentation or tools."""
        return _DORMANT_IMPORT in self.words

    def between(self, first: int, last: int, *, acting: bool = False) -> bool:
        """Tell whether a word, or one by which code may act, stands in lines, both included."""
        lines = self.acting if acting else self.lines
        place = bisect.bisect_left(lines, first)
        return place < len(lines) and lines[place] <= last


NO_HITS = Hits((), (), frozenset(), (), ())


def find_words(data: bytes) -> Hits:
    """Scan the bytes of a file, in UTF-8."""
    offsets = _offsets(data)
    if not offsets:
        return NO_HITS
    words = {name for offset, name in offsets if _counts(name, data, offset)}
    lines: list[int] = []
    acting: list[int] = []
    spoken: list[int] = []
    mentions: list[tuple[str, int, str]] = []
    line, last = 1, 0
    for offset, name in offsets:
        topic = _TOPICS.get(name)
        text = confirm(name, data, offset) if topic else None
        if text is None and (name not in words or not _is_used(name, data, offset)):
            continue
        line += data.count(b"\n", last, offset)
        last = offset
        if topic and text is not None:
            mentions.append((topic, line, text))
        elif not spoken or spoken[-1] != line:
            spoken.append(line)
        if not lines or lines[-1] != line:
            lines.append(line)
        if name not in _WEAK and (not acting or acting[-1] != line):
            acting.append(line)
    return Hits(tuple(lines), tuple(acting), frozenset(words), tuple(mentions), tuple(spoken))


def is_word(name: str) -> bool:
    """Tell whether the prefilter looks for a name anyway."""
    return name in _IMPORTED or name in _CALLED or name in _ANYWHERE


def _offsets(data: bytes) -> list[tuple[int, str]]:
    """Return where each word or text stands, in order."""
    rule = next(iter(_scanner().scan(data).matching_rules), None)
    found: list[tuple[int, str]] = []
    for pattern in rule.patterns if rule is not None else ():
        matches = pattern.matches
        if matches:
            name = _NAMES[pattern.identifier]
            found.extend((match.offset, name) for match in matches)
    if not data.isascii():
        found.extend((offset, _DISGUISE) for offset in _disguised(data.decode("utf-8", "replace")))
    found.sort()
    return found


def _disguised(text: str) -> Iterator[int]:
    """Yield where letters in disguise stand, in bytes of UTF-8."""
    offset = last = 0
    for match in _DISGUISED.finditer(text):
        offset += len(text[last : match.start()].encode())
        last = match.start()
        yield offset


def _counts(name: str, data: bytes, offset: int) -> bool:
    """Tell whether a word stands where it can do something."""
    if name in _TOPICS:
        return False
    end = offset + len(name)
    if name in _IMPORTED:
        harmless = name == "urllib" and _HARMLESS_URLLIB.match(data, offset)
        return not harmless and b"import" in _statement(data, offset)
    if name in _CALLED:
        return _is_name(data, offset, end)
    if name == "globals":
        return not _STORED_GLOBAL.match(data, end)
    if name == "__getattribute__":
        return not data[max(0, offset - 7) : offset].endswith((b"def ", b"object.", b"uper()."))
    if name == _SYSTEM:
        return not data[max(0, offset - 60) : offset].endswith(b"platform")
    return True


_HARMLESS_URLLIB = re.compile(rb"urllib\.(parse|error)\b(?![^\n]*\brequest\b)")
# Handing on all globals, or setting one, looks nothing up.
_STORED_GLOBAL = re.compile(rb"\s*\(\s*\)\s*(\[[^\]\n]*\]\s*=[^=]|\.update\(|[,)\n])")
_IMPORTED = frozenset(_MODULES)
_ANYWHERE = frozenset(_WORDS)


def _is_used(name: str, data: bytes, offset: int) -> bool:
    """Tell whether a word is used here; of a module, that something of it is."""
    if name in _IMPORTED:
        end = offset + len(name)
        return data[end : end + 1] == b"." or _counts(name, data, offset)
    return _counts(name, data, offset)


def _statement(data: bytes, offset: int) -> bytes:
    """Return the line around an offset, with the lines that it continues, up to a little behind."""
    first = max(0, offset - _LONGEST_STATEMENT)
    start = data.rfind(b"\n", first, offset) + 1
    while start > 1 and data[start - 2 : start - 1] == b"\\":
        start = data.rfind(b"\n", first, start - 1) + 1
    return data[max(start, first) : offset + 60]


_LONGEST_STATEMENT = 4_000


def _is_name(data: bytes, start: int, end: int) -> bool:
    """Tell whether a built-in stands here as a name: neither an attribute nor in prose."""
    before = data[max(0, start - 60) : start].rstrip(b" \t")
    after = data[end : end + 8].lstrip(b" \t\\")[:1]
    if before.endswith(b"."):
        return False
    if after and (after.isalnum() or after in b"\"'`_"):
        # Python 2: exec "code", at the beginning of a statement.
        return not before or before[-1:] in b"\n;:"
    return True


_TOPICS: dict[str, str] = dict(all_texts())
_NAMES: dict[str, str] = {
    f"$p{place}": text
    for place, text in enumerate(
        (*_MODULES, *sorted(_CALLED), *_WORDS, *_PIECES, *_REGEXES, *_TOPICS)
    )
}


@cache
def _scanner() -> Any:
    # Compiled once per process, on first use: importing yara-x and compiling take about 20 ms.
    import yara_x

    return yara_x.Scanner(yara_x.compile(_rule()))


def _rule() -> str:
    spelled = [
        *(f'"{word}" fullword' for word in (*_MODULES, *sorted(_CALLED), *_WORDS)),
        *(f'"{_escaped(piece)}"' for piece in _PIECES),
        *(f"/{source}/" for source in _REGEXES),
        *(f'"{_escaped(text)}" nocase' for text in _TOPICS if text != BARE_ADDRESS),
        "/{}/".format(BARE_ADDRESS.replace("/", "\\/")),
    ]
    strings = "\n".join(f"$p{place} = {text}" for place, text in enumerate(spelled))
    return f"rule words {{ strings: {strings} condition: any of them }}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
