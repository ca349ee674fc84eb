"""The prefilter: one pass over the bytes of a file says where an attack's words stand.

A file without any of them is never parsed: it can compute, but it can neither run data as code, nor
start a process, nor talk to the network, nor reach for what is not its own. Names that are put
together at run time still need one of the words that look names up (``getattr``, ``__import__``,
``globals``, ``vars``, ``__dict__``).

- The scan sees every byte, whatever the size of the file.
- It looks at UTF-8; text in other encodings is encoded anew first.
"""

import bisect
import re
from functools import cache
from typing import Any

import msgspec

from airlock.syntax.mentions import BARE_ADDRESS, all_texts, confirm

# Words that begin and end at a boundary.
_WORDS = """
exec eval execfile __import__ importlib import_module runpy marshal FunctionType CodeType
LambdaType SourceFileLoader load_source load_module exec_module module_from_spec
subprocess popen Popen getoutput getstatusoutput check_output check_call startfile ShellExecute
ShellExecuteW ShellExecuteA WinExec pexpect paramiko pty dup2 win32api win32com win32process ctypes
windll cdll cffi posix_spawn spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe
execl execle execlp execlpe execv execve execvp execvpe
globals __builtins__ builtins __builtin__ __globals__ __subclasses__ __getattribute__
attrgetter methodcaller
socket urlopen urlretrieve urllib urllib2 urllib3 requests httpx aiohttp httplib httplib2 pycurl
wget ftplib smtplib telnetlib xmlrpc websocket websockets dns grequests cloudscraper tls_client
curl_cffi dhooks discord_webhook discordwebhook telebot telegram niquests treq
base64 b64decode b32decode b16decode b85decode a85decode binascii unhexlify fromhex codecs zlib
lzma bz2 decompress fernet Fernet decrypt rot13 rot_13 pickle dill cloudpickle
__pyarmor__ pytransform
environ getenv environb gethostname getlogin getuser getfqdn getnode
CryptUnprotectData win32crypt browser_cookie3 rookiepy keyring pyperclip win32clipboard
ImageGrab screenshot pyautogui pynput pyHook VideoCapture
winreg _winreg crontab schtasks rmtree atexit cmdclass
powershell curl certutil bitsadmin mshta
""".split()
# Text that counts wherever it stands.
_PIECES = (
    "import system",
    "\\x65\\x78\\x65\\x63",
    "[::-1]",
    "chr(",
    "ord(",
    "bytes([",
    "bytearray([",
    "maketrans",
)
_REGEXES = (
    r"\.\s{0,4}system\b",
    r"\bimport\s[^\n]{0,80}\bsystem\b",
    # Names looked up in a namespace, or made on the spot.
    r"(__dict__|vars\s?\([^)\n]{0,40}\)|locals\(\s?\)|modules)\s?(\[|\.\s?get)",
    r"getattr\s{0,4}\([^\n]{1,80},\s{0,4}([\"'][^\"'\n]{0,40}[\"']\s{0,4}[+%\[.]|\w{1,30}\s{0,4}[(\[+])",
)
# Letters that Python reads as ASCII (PEP 3131, NFKC) and that no search for words would find.
_DISGUISED = re.compile("[\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff\u2090-\u209c\u1d43-\u1d6a]")
_DISGUISE = "letters in disguise"
# By these a file holds something, or prepares it; alone they do nothing.
_WEAK = frozenset(
    "http:// https:// chr( ord( [::-1] bytes([ bytearray([ maketrans environ getenv environb "
    "base64 b64decode codecs zlib lzma bz2 decompress binascii unhexlify fromhex".split()
)


class Hits(msgspec.Struct, frozen=True):
    """Where the words of one file stand."""

    lines: tuple[int, ...]
    """Sorted, from 1."""
    words: frozenset[str]
    mentions: tuple[tuple[str, int, str], ...]
    """Topic, line and text."""

    @property
    def strong(self) -> bool:
        """True if the file may act, and not only hold data."""
        return not self.words <= _WEAK

    def between(self, first: int, last: int) -> bool:
        """Tell whether a word stands in these lines, both included."""
        place = bisect.bisect_left(self.lines, first)
        return place < len(self.lines) and self.lines[place] <= last


NO_HITS = Hits((), frozenset(), ())


def find_words(data: bytes) -> Hits:
    """Scan the bytes of a file, in UTF-8."""
    offsets = _offsets(data)
    if not offsets:
        return NO_HITS
    lines: list[int] = []
    words: set[str] = set()
    mentions: list[tuple[str, int, str]] = []
    line, last = 1, 0
    for offset, name in offsets:
        line += data.count(b"\n", last, offset)
        last = offset
        topic = _TOPICS.get(name)
        if topic is None:
            words.add(name)
        else:
            text = confirm(name, data, offset)
            if text is None:
                continue
            mentions.append((topic, line, text))
        if not lines or lines[-1] != line:
            lines.append(line)
    return Hits(tuple(lines), frozenset(words), tuple(mentions))


def _offsets(data: bytes) -> list[tuple[int, str]]:
    """Return where each word or text stands, in order."""
    rule = next(iter(_scanner().scan(data).matching_rules), None)
    found: list[tuple[int, str]] = []
    for pattern in rule.patterns if rule is not None else ():
        name = _NAMES[pattern.identifier]
        found.extend((match.offset, name) for match in pattern.matches)
    if not data.isascii():
        text = data.decode("utf-8", "replace")
        found.extend(
            (len(text[: match.start()].encode()), _DISGUISE) for match in _DISGUISED.finditer(text)
        )
    found.sort()
    return found


_TOPICS: dict[str, str] = dict(all_texts())
_NAMES: dict[str, str] = {
    f"$p{place}": text for place, text in enumerate((*_WORDS, *_PIECES, *_REGEXES, *_TOPICS))
}


@cache
def _scanner() -> Any:
    # Compiled once per process, on first use: importing yara-x and compiling take about 20 ms.
    import yara_x

    return yara_x.Scanner(yara_x.compile(_rule()))


def _rule() -> str:
    spelled = [
        *(f'"{word}" fullword' for word in _WORDS),
        *(f'"{_escaped(piece)}"' for piece in _PIECES),
        *(f"/{source}/" for source in _REGEXES),
        *(f'"{_escaped(text)}" nocase' for text in _TOPICS if text != BARE_ADDRESS),
        "/{}/".format(BARE_ADDRESS.replace("/", "\\/")),
    ]
    strings = "\n".join(f"$p{place} = {text}" for place, text in enumerate(spelled))
    return f"rule words {{ strings: {strings} condition: any of them }}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\")
