"""A script's text as its interpreter would take it: decoded, without comments, with tricks undone.

What hides a command from a search is undone as far as it can be done without running anything:
continued lines, empty quotes, escapes in the middle of words, ``${IFS}``, variables that were set
to plain text, PowerShell's back-ticks and sums of strings, batch's carets and variables.

- Every line keeps its number; what was joined stands on the first of its lines.
- Comments are blank: a line that tells how to install something is not one that does it.
"""

import re

from airlock.binary.languages import Language

_MOST_VARIABLES = 200
_LONGEST_VALUE = 2_000
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))

_HASH = re.compile(r"(?m)^\s*#(?!!).*$|(?<=[\s;])#\s.*$")
_COMMENTS: dict[Language, tuple[re.Pattern[str], ...]] = {
    Language.SHELL: (_HASH,),
    Language.POWERSHELL: (_HASH,),
    Language.BATCH: (re.compile(r"(?im)^\s*(@?rem\b|::).*$"),),
    Language.WINDOWS_SCRIPT: (re.compile(r"(?im)^\s*('|rem\b).*$"),),
    Language.APPLESCRIPT: (re.compile(r"(?m)^\s*--.*$"),),
    # Its comments take long to find in large files, and hide little.
    Language.JAVASCRIPT: (),
    Language.UNIT: (re.compile(r"(?m)^\s*[#;].*$"),),
    Language.BUILD: (_HASH, re.compile(r"(?m)^\s*//.*$")),
    Language.OTHER: (_HASH,),
}
_BLOCKS = {
    Language.POWERSHELL: ("<#", "#>"),
    Language.WINDOWS_SCRIPT: ("<!--", "-->"),
    Language.APPLESCRIPT: ("(*", "*)"),
    Language.UNIT: ("<!--", "-->"),
}
_CONTINUED = {
    Language.POWERSHELL: re.compile(r"`[ \t]*\n\s*"),
    Language.BATCH: re.compile(r"\^[ \t]*\n\s*"),
}
_CONTINUED_SHELL = re.compile(r"\\\n\s*|(?<=[|&])[ \t]*\n\s*")
_SHELL_VALUE = re.compile(
    r"(?m)(?:^|[;\s])(?:export |local |readonly )?([A-Za-z_]\w*)="
    r"(?:\"([^\"$`\n]*)\"|'([^'\n]*)'|([^\s;|&\"'`$(){}]*))"
)
# What follows a value that is not plain text.
_COMPUTED = frozenset("\"'`$({")
_SHELL_NAME = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_BATCH_VALUE = re.compile(r"(?im)^\s*@?set\s+\"?(\w+)=([^\"\n&|%]*)")
_BATCH_NAME = re.compile(r"%(\w+)(?::~(-?\d+)(?:,(-?\d+))?)?%")
_PS_CHARACTERS = re.compile(r"\[char\]\s*\(?\s*(0x[0-9a-f]+|\d+)\s*\)?", re.IGNORECASE)
_PS_SUM = re.compile(r"(['\"])([^'\"\n]*)\1\s*\+\s*(['\"])([^'\"\n]*)\3")
_HIGHEST_CHARACTER = 0x10FFFF


def readable(data: bytes, language: Language) -> str:
    """Return the text of a script."""
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if language in _BLOCKS:
        text = _without_blocks(text, *_BLOCKS[language])
    for comment in _COMMENTS[language]:
        text = comment.sub(_blank, text)
    text = _CONTINUED.get(language, _CONTINUED_SHELL).sub(_joined, text)
    if "\v" in text:
        text = "\n".join(map(_paid, text.split("\n")))
    if language in (Language.SHELL, Language.UNIT, Language.BUILD, Language.APPLESCRIPT):
        return _plain_shell(text)
    if language is Language.POWERSHELL:
        return _plain_powershell(text)
    return _plain_batch(text) if language is Language.BATCH else text


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    # Windows writes scripts in UTF-16 without a mark, too.
    if data[1:2] == b"\0" and data[3:4] == b"\0":
        return data.decode("utf-16-le", "replace")
    return data.decode("utf-8", "replace")


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def _without_blocks(text: str, start: str, end: str) -> str:
    kept: list[str] = []
    at = 0
    while (begin := text.find(start, at)) >= 0 and (stop := text.find(end, begin)) >= 0:
        kept += [text[at:begin], "\n" * text.count("\n", begin, stop)]
        at = stop + len(end)
    return "".join([*kept, text[at:]])


def _joined(match: re.Match[str]) -> str:
    # The line feeds are owed: they are paid at the end of the joined line.
    return " " + "\v" * match.group().count("\n")


def _paid(line: str) -> str:
    owed = line.count("\v")
    return line.replace("\v", "") + "\n" * owed if owed else line


def _plain_shell(text: str) -> str:
    text = re.sub(r"\$\{?IFS\}?(\$\d)?", " ", text)
    text = re.sub(r"(?<=\w)(?:\"\"|''|\\(?!x[0-9a-fA-F]{2}|[0-7]{3}))(?=\w)", "", text)
    values: dict[str, str] = {}
    for match in _SHELL_VALUE.finditer(text):
        if text[match.end() : match.end() + 1] in _COMPUTED:
            values.pop(match.group(1), None)
        elif len(values) < _MOST_VARIABLES:
            values[match.group(1)] = next((g for g in match.groups()[1:] if g), "")[:_LONGEST_VALUE]
    if not values:
        return text
    return _SHELL_NAME.sub(
        lambda match: values.get(match.group(1) or match.group(2), match.group()), text
    )


def _plain_powershell(text: str) -> str:
    text = re.sub(r"`(?=[^\s`])", "", text)
    text = _PS_CHARACTERS.sub(_character, text)
    for _ in range(40):
        text, changed = _PS_SUM.subn(r"\1\2\4\1", text)
        if not changed:
            break
    return re.sub(r"(?<=\w)(?:\"\"|'')(?=\w)", "", text)


def _character(match: re.Match[str]) -> str:
    number = (
        int(match.group(1), 0) if match.group(1).startswith(("0x", "0X")) else int(match.group(1))
    )
    return f"'{chr(number)}'" if 0 < number <= _HIGHEST_CHARACTER else match.group()


def _plain_batch(text: str) -> str:
    text = re.sub(r"\^(?=[^\s^])", "", text)
    values: dict[str, str] = {}
    for match in _BATCH_VALUE.finditer(text):
        if len(values) < _MOST_VARIABLES:
            values[match.group(1).lower()] = match.group(2).strip()[:_LONGEST_VALUE]
    if not values:
        return text
    return _BATCH_NAME.sub(lambda match: _batch_value(match, values), text)


def _batch_value(match: re.Match[str], values: dict[str, str]) -> str:
    value = values.get(match.group(1).lower())
    if value is None:
        return match.group()
    if match.group(2) is None:
        return value
    start = int(match.group(2))
    rest = value[start:]
    if match.group(3) is None:
        return rest
    return rest[: int(match.group(3))]
