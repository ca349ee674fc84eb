"""Words that an attack cannot do without.

Code without any of these has no grams at all, so that ordinary modules cost one search and
boilerplate is never remembered. One pass for all words at once (by YARA-X) says where one may
begin; the expression decides. Whatever the expression finds begins with one of ``BEGINNINGS``, so
that the pass can only save time.
"""

import re
from functools import cache
from typing import Any

TELLING = re.compile(
    rb"\.system\b|\b(?:exec|eval|execfile|__import__|import_module|ctypes|marshal|subprocess|Popen|popen|"
    rb"import system|spawn[lv]p?e?|exec[lv]p?e?|startfile|check_output|getoutput|"
    rb"urllib[23]?|urlopen|urlretrieve|requests|httpx|aiohttp|socket|ftplib|smtplib|telebot|"
    rb"b(?:16|32|64|85)decode|base64|decompress|zlib|lzma|fromhex|unhexlify|codecs|Fernet|decrypt|"
    rb"AES|cmdclass|win32[a-z]+|winreg|windll|pyperclip|pynput|ImageGrab|CryptUnprotectData|"
    rb"getnode|gethostname|getuser|expanduser|rmtree|crontab|discord|telegram|powershell|curl|"
    rb"wget)\b"
)
BEGINNINGS = """
    .system exec eval __import__ import_module ctypes marshal subprocess Popen popen spawn startfile
    check_output getoutput urllib urlopen urlretrieve requests httpx aiohttp socket ftplib smtplib
    telebot b16decode b32decode b64decode b85decode base64 decompress zlib lzma fromhex unhexlify
    codecs Fernet decrypt AES cmdclass win32 winreg windll pyperclip pynput ImageGrab
    CryptUnprotectData getnode gethostname getuser expanduser rmtree crontab discord telegram
    powershell curl wget
""".split()
BEGINNINGS.append("import system")
_MOST_MATCHES = 1 << 22
"""Of one word: as many as there are in the largest piece of a file that is read at once."""


def is_telling(data: bytes) -> bool:
    """Tell whether there is such a word in a few bytes."""
    return TELLING.search(data) is not None


def telling_spans(data: bytes) -> list[tuple[int, int]]:
    """Return where such words begin and end, in order, as ``finditer`` of the expression would."""
    found: list[tuple[int, int]] = []
    end = 0
    for offset in _offsets(data):
        match = TELLING.match(data, offset) if offset >= end else None
        if match:
            end = match.end()
            found.append((offset, end))
    return found


def _offsets(data: bytes) -> list[int]:
    rule = next(iter(_scanner().scan(data).matching_rules), None)
    patterns = rule.patterns if rule is not None else ()
    return sorted({match.offset for pattern in patterns for match in pattern.matches})


@cache
def _scanner() -> Any:
    import yara_x

    strings = "\n".join(f'$w{place} = "{text}"' for place, text in enumerate(BEGINNINGS))
    scanner = yara_x.Scanner(
        yara_x.compile(f"rule telling {{ strings: {strings} condition: any of them }}")
    )
    scanner.max_matches_per_pattern(_MOST_MATCHES)
    return scanner
