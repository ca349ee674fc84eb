"""What the bytes of a program spell: addresses to send to, stores to rob, commands to run.

One compiled set of expressions searches ASCII and UTF-16 text, of any size, in pieces. Nothing is
run, so what is encrypted in a program is not found.

- A *strong* mark has hardly an innocent reading: a complete webhook, a reverse shell.
- Any other is a sign of its topic; programs have many reasons to spell one, and few to spell many.
- Pieces overlap, so that nothing is missed because it lies across two of them.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

_OVERLAP_BYTES = 2048
_MOST_PER_PATTERN = 20
_LONGEST_TEXT = 160

STRONG: dict[str, tuple[str, ...]] = {
    "webhook": (
        r"discord(app)?\.com/api/(v\d{1,2}/)?webhooks/\d{15,21}/[\w-]{20,80}",
        r"hooks\.slack\.com/services/T\w{6,12}/B\w{6,12}/\w{16,32}",
        r"webhook\.site/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}",
    ),
    "bot token": (r"\b\d{8,10}:AA[\w-]{32,34}",),
    "call-back host": (
        r"\b[a-z0-9.-]{4,64}\.(oast\.(fun|live|pro|me|site|online)|interact\.sh|oastify\.com)\b",
        r"\b[a-z0-9.-]{4,64}\.(burpcollaborator\.net|dnslog\.cn|ceye\.io|m\.pipedream\.net)\b",
        r"\b[a-z0-9.-]{4,64}\.(requestbin\.(net|com)|requestcatcher\.com|canarytokens\.com)\b",
    ),
    "reverse shell": (
        r"\b(ba|z|da|k)?sh -i\s{0,3}(>&|<>?&|0<&)\s{0,3}/dev/tcp/",
        r"/dev/tcp/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/\d",
        r"\b(nc|ncat|netcat)(\.exe)?\s[^\n\x00]{0,60}-[a-z]{0,4}e\s{1,3}(/bin/(ba)?sh|cmd|powershell)",
    ),
    "encoded command": (
        r"powershell(\.exe)?\s[^\n\x00]{0,80}-e(nc|ncodedcommand|c)?\s{1,3}[\"']?[A-Za-z0-9+/]{40,}",
    ),
    "disabled protection": (
        r"(Add|Set)-MpPreference\s[^\n\x00]{0,40}-(Exclusion|DisableRealtime|DisableIOAV)",
        r"vssadmin(\.exe)?\s{1,3}delete\s{1,3}shadows",
        r"\b(netsh\s{1,3}advfirewall\s{1,3}set\s{1,3}allprofiles\s{1,3}state\s{1,3}off)",
    ),
    "mining pool": (r"stratum\+(tcp|ssl|tls)://[\w.-]{4,60}:\d{2,5}",),
}
TOPICS: dict[str, tuple[str, ...]] = {
    "webhook address": (
        r"discord(app)?\.com/api/(v\d{1,2}/)?webhooks/",
        r"api\.telegram\.org/bot",
        r"hooks\.slack\.com/services/",
    ),
    "drop host": (
        r"(cdn|media)\.discordapp\.(com|net)/attachments/",
        r"\bpastebin\.com/raw/\w",
        r"\b(hastebin\.com/raw|paste\.ee/[rd]|rentry\.co)/\w",
        r"\bhttps?://(transfer\.sh|anonfiles?\.com|gofile\.io|store\d?\.gofile\.io|file\.io)\b",
        r"\bhttps?://(api\.anonfiles\.com|bashupload\.com|files\.catbox\.moe|0x0\.st|temp\.sh)\b",
        r"\b[a-z0-9-]{4,60}\.(ngrok(-free)?\.(io|app|dev)|serveo\.net|loca\.lt|trycloudflare\.com)\b",
    ),
    "bare address": (
        r"\b(https?|tcp|wss?|ftp)://\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d{2,5})?[/\"'\x00 ]",
    ),
    "download and run": (
        r"\b(curl|wget)\s[^\n\x00|]{4,200}\|\s{0,3}(sudo\s{1,3})?(ba|z|da)?sh\b",
        r"\b(curl|wget)\s[^\n\x00]{4,200}(&&|;)\s{0,3}(sudo\s{1,3})?(chmod\s|\./|(ba)?sh\s)",
        r"\b(iex|invoke-expression)\b[^\n\x00]{0,60}(iwr|downloadstring|invoke-webrequest)",
        r"\bcertutil(\.exe)?\s[^\n\x00]{0,40}-(urlcache|decode)\b",
        r"\bbitsadmin(\.exe)?\s{1,3}/transfer\b",
        r"\bmshta(\.exe)?\s{1,3}(https?|javascript|vbscript):",
        r"\|\s{0,3}base64\s{1,3}(-d|-D|--decode)\b[^\n\x00]{0,20}\|\s{0,3}(ba|z|da)?sh\b",
    ),
    "browser store": (
        r"\\(google\\chrome|bravesoftware\\brave-browser|microsoft\\edge|opera software)\\",
        r"\b(login data|web data)\b",
        r"\bos_crypt\b",
        r"\b(moz_logins|logins\.json|key4\.db|cookies\.sqlite|signons\.sqlite)\b",
        r"\.config/(google-chrome|chromium|BraveSoftware)/",
    ),
    "chat token": (
        r"\\(discord|discordcanary|discordptb|lightcord)\\Local Storage\\leveldb",
        r"dqw4w9wgxcq:",
        r"discord(app)?\.com/api/v\d{1,2}/users/@me",
        r"\\Telegram Desktop\\tdata",
    ),
    "wallet store": (
        r"\b(nkbihfbeogaeaoehlefnkodbefgpgknn|ibnejdfjmmkpcnlpebklmnkoeoihofec|bfnaelmomeimhlpmgjnjophhpkkoljpa)\b",
        r"\b(hnfanknocfeofbddgcijnmhnfnkdnaad|fhbohimaelbohpjbbldcngcnapndodjp|egjidjbpglichdcondbcbdnbeeppgdph)\b",
        r"\bexodus[\\/]exodus\.wallet\b",
        r"[\\/](electrum|electrum-ltc)[\\/]wallets\b",
        r"\batomic[\\/]local storage[\\/]leveldb\b",
        r"\bwallet\.dat\b",
    ),
    "secret file": (
        r"[/\\]\.ssh[/\\]id_(rsa|ed25519|ecdsa)",
        r"[/\\]\.aws[/\\]credentials\b",
        r"[/\\]\.config[/\\]gcloud[/\\](credentials|application_default)",
        r"[/\\]\.(pypirc|npmrc|netrc|git-credentials)\b",
        r"[/\\]\.kube[/\\]config\b",
        r"/etc/shadow\b",
    ),
    "cloud metadata": (
        r"\b169\.254\.169\.254\b",
        r"\bmetadata\.google\.internal\b",
    ),
    "host look-up": (
        r"\b(api\.ipify\.org|ipinfo\.io|ifconfig\.me|icanhazip\.com|ip-api\.com|checkip\.amazonaws\.com)\b",
    ),
    "persistence": (
        r"\\microsoft\\windows\\currentversion\\run(once)?\b",
        r"\bschtasks(\.exe)?\s{1,3}/create\b",
        r"\\start menu\\programs\\startup\b",
        r"/etc/(cron\.(d|daily|hourly)|rc\.local|systemd/system/|profile\.d|ld\.so\.preload)",
        r"library/launch(agents|daemons)/",
        r"\bcrontab\s{1,3}-(\s|l|$)",
        r"(>>|~/|/root/|%s/)\.(bashrc|bash_profile|zshrc|profile)\b",
    ),
    "anti-analysis": (
        r"\b(vmtoolsd|vboxservice|vboxtray|vmwareuser|sbiedll|joeboxserver)(\.exe|\.dll)?\b",
        r"\b(ollydbg|x64dbg|x32dbg|processhacker|httpdebuggerui)(\.exe)?\b",
        r"/proc/self/status\x00[^\x00]{0,40}TracerPid",
    ),
    "miner": (
        r"\bxmrig\b",
        r"stratum\+(tcp|ssl|tls)://",
        r"\b(minexmr|nanopool|supportxmr|2miners)\.(com|org)",
    ),
    "packer": (
        r"UPX!",
        r"\$Info: This file is packed with the UPX",
        r"\.(vmp[012]|themida|winlice|aspack|adata|MPRESS[12]|petite|nsp[012]|enigma[12])\x00",
    ),
    "frozen Python": (
        r"MEI\x0c\x0b\x0a\x0b\x0e",
        r"_MEIPASS2?\x00",
        r"NUITKA_ONEFILE",
    ),
    "installer": (r"NullsoftInst", r"Inno Setup Setup Data", r"AU3!EA0[56]"),
    "Windows launcher": (
        r"Fatal error in launcher",
        r"Failed to find (shebang|executable)",
        r"-script\.pyw?\x00",
        r"uv-?trampoline",
    ),
}
# Their letters are all fixed by a format: the same in any case would be something else.
_EXACT_CASE = frozenset({"packer", "frozen Python", "installer", "bot token"})


class Mark(msgspec.Struct, frozen=True, order=True):
    """One thing that a program spells."""

    topic: str
    text: str
    offset: int
    """In bytes from the beginning."""
    strong: bool = False


def find_marks(chunks: Iterable[bytes]) -> tuple[Mark, ...]:
    """Search a content in pieces; return each text once, in order of topic and text."""
    found: dict[tuple[str, str], Mark] = {}
    start, tail = 0, b""
    for chunk in chunks:
        window = tail + chunk
        for mark in _scan(window, start - len(tail)):
            found.setdefault((mark.topic, mark.text), mark)
        start += len(chunk)
        tail = window[-_OVERLAP_BYTES:]
    return tuple(sorted(found.values()))


def _scan(window: bytes, base: int) -> Iterator[Mark]:
    for rule in _scanner().scan(window).matching_rules:
        for pattern in rule.patterns:
            topic, strong = _patterns()[pattern.identifier]
            for match in pattern.matches:
                text = _readable(window[match.offset : match.offset + match.length])
                if not _harmless(topic, text):
                    yield Mark(topic, text, base + match.offset, strong)


def _readable(raw: bytes) -> str:
    if raw[1:2] == b"\0" or raw[:1] == b"\0":
        raw = raw.replace(b"\0", b"")
    return raw[:_LONGEST_TEXT].decode("ascii", "backslashreplace").strip("\0 \"'")


# Addresses that lead nowhere outside: this host, private and link-local networks (RFC 6890).
_INSIDE = (
    "0.",
    "10.",
    "127.",
    "169.254.",
    "192.168.",
    "255.",
    *(f"172.{n}." for n in range(16, 32)),
)
# Resolvers that anybody may ask.
_RESOLVERS = frozenset({"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "1.2.3.4"})


def _harmless(topic: str, text: str) -> bool:
    if topic != "bare address":
        return False
    host = text.partition("://")[2].partition("/")[0].partition(":")[0]
    parts = host.split(".")
    known = host.startswith(_INSIDE) or host in _RESOLVERS
    return known or any(int(part) > 255 for part in parts if part.isdigit())  # noqa: PLR2004 - a byte


@cache
def _patterns() -> dict[str, tuple[str, bool]]:
    return {name: (topic, strong) for name, topic, strong, _ in _spelled()}


@cache
def _spelled() -> tuple[tuple[str, str, bool, str], ...]:
    both = [(STRONG, True), (TOPICS, False)]
    rows = [
        (topic, strong, source)
        for table, strong in both
        for topic, sources in table.items()
        for source in sources
    ]
    return tuple(
        (f"$m{place}", topic, strong, source) for place, (topic, strong, source) in enumerate(rows)
    )


@cache
def _scanner() -> Any:
    # Compiled on the first program of a process; no artifact without one pays for it.
    import yara_x

    strings = "\n".join(
        f"{name} = /{source.replace('/', chr(92) + '/')}/ ascii wide"
        f"{'' if topic in _EXACT_CASE else ' nocase'}"
        for name, topic, _, source in _spelled()
    )
    scanner = yara_x.Scanner(
        yara_x.compile(f"rule marks {{ strings: {strings} condition: any of them }}")
    )
    scanner.max_matches_per_pattern(_MOST_PER_PATTERN)
    return scanner
