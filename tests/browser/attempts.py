"""What somebody writes who wants a page, a terminal, a feed or a spreadsheet to do their will.

One list for every field that a package, a client or a person controls (``seeding``, ``writing``).
"""

import re

BEACON = "pwned"
"""What a script would set on ``window`` if one of the attempts worked."""
ATTEMPTS = (
    f"<script>window.{BEACON}=1</script>",
    f"<img src=x onerror=window.{BEACON}=1>",
    f'"><svg/onload=window.{BEACON}=1>',
    f"'><a href=javascript:window.{BEACON}=1 id=clickme>go</a>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "<style>body{display:none}</style><base href=//evil.invalid/>",
    f"</title></pre></textarea><iframe srcdoc='<script>parent.{BEACON}=1</script>'>",
    f"--><script>window.{BEACON}=1</script><!-- ]]>",
    f"&lt;script&gt;window.{BEACON}=1&lt;/script&gt;",
    "<meta http-equiv=refresh content='0;url=//evil.invalid'><link rel=stylesheet href=//x>",
    '=HYPERLINK("https://evil.invalid","x")',
)
EVERYTHING = " ".join(ATTEMPTS)

HIDDEN = "\u202egnp.exe\u202c zero\u200bwidth \u2066isolated\u2069 tag\U000e0041"
"""Characters that turn text round or show nothing (CVE-2021-42574)."""
TERMINAL = "\x1b[2J\x1b]0;owned\x07\x1b[31mred\x1b[0m\x9b1m\x08\x7f"
"""What a terminal obeys."""
LINE = f"{ATTEMPTS[1]} {HIDDEN} {TERMINAL} {EVERYTHING}"
"""Everything, on one line, what is most telling first: some fields are cut."""

ADDRESSES = (
    f"javascript:window.{BEACON}=1",
    f"JaVaScRiPt\t:window.{BEACON}=1",
    f"data:text/html,<script>parent.{BEACON}=1</script>",
    "//evil.invalid/x",
    "https:evil.invalid",
    f'https://x.invalid/"onmouseover="window.{BEACON}=1',
    "http://user:secret@x.invalid/",
    f"vbscript:{BEACON}",
)
"""Where a link must not lead, or must not break out of its attribute."""

PRINTABLE = "".join(char for char in LINE if char.isprintable())[:480]
"""What of it a person may write where Airlock wants one line that prints."""
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0041]")
"""What must never come out again as it is."""
