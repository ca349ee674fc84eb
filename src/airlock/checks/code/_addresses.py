"""Addresses that say something by themselves: where anybody can receive, or leave, anything."""

import re

_COLLECTORS = {
    "a chat webhook": (
        r"discord(app)?\.com/api/(v\d+/)?webhooks/|hooks\.slack\.com/services"
        r"|webhook\.office\.com/|dingtalk\.com/robot/send|open\.feishu\.cn/open-apis/bot"
    ),
    "a chat bot": r"api\.telegram\.org/(file/)?bot[\d{%]|api\.telegram\.org/bot$",
    "a call-back service": (
        r"\boast\.|\.oast\.|interact\.sh|oastify|burpcollab|dnslog|ceye\.io|pipedream\.net"
        r"|webhook\.site|requestbin|canarytokens|beeceptor|requestcatcher|hookb\.in|bxss\.|xss\.ht"
        r"|requestrepo|postb\.in|typedwebhook|mockapi\.io|pabbly\.com/workflow"
    ),
    "a tunnel": (
        r"ngrok(-free)?\.(io|app|dev)|trycloudflare\.com|serveo\.net|loca\.lt|localhost\.run"
    ),
    "a host for throw-away pages": (
        r"pythonanywhere\.com|repl\.co\b|replit\.(dev|app)|glitch\.me|000webhostapp\.com"
    ),
    "a bare address": (
        r"://(?!127\.|0\.0\.0\.0|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)"
        r"\d{1,3}(\.\d{1,3}){3}(?![\d.])"
    ),
}
_COLLECTORS_BY_NAME = {
    name: re.compile(source, re.IGNORECASE) for name, source in _COLLECTORS.items()
}
# Pages and files that anybody can leave, without saying who they are.
_LEFT = (
    r"jsonkeeper\.com|npoint\.io|jsonsilo\.com|jsonbin\.io|mocki\.io|controlc\.com|justpaste\.it|bpa\.st"
    r"|rentry\.org|telegra\.ph|pixeldrain\.com|litterbox\.|qu\.ax/|x0\.at/|envs\.sh|buzzheavier\.com"
    r"|textbin\.net|pastecode\.io|paste\.gg|send\.cm/|files\.fm/|bore\.pub|lhr\.life|localtonet\.com"
    r"|playit\.gg|ply\.gg|portmap\.io|duckdns\.org|ddns\.net|hopto\.org|zapto\.org|sytes\.net|pinggy\."
    r"|devtunnels\.ms|serveo\.net"
)
_DROP_HOSTS = re.compile(
    rf"{_LEFT}|"
    r"(cdn|media)\.discordapp\.|pastebin\.(com|pl)|hastebin|rentry\.co|paste\.ee|paste\.rs|ghostbin"
    r"|pastes\.io|dpaste|termbin|ix\.io/|transfer\.sh|anonfiles?\.|gofile\.io|//file\.io"
    r"|bashupload|filebin\.net|oshi\.at|catbox\.moe|0x0\.st|//temp\.sh|uguu\.se|tmpfiles\.org"
    r"|dropbox\S*dl=1|raw\.githubusercontent|github\.com/[^/]+/[^/]+/raw/|gist\.github"
    r"|\.(tk|ml|ga|cf|gq|top|xyz|store|cloud|lol|click|icu)(:\d+)?(/|$)",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"\.(exe|scr|msi|bat|cmd|ps1|vbs|hta|dll|pif)(\?|\"|'|\s|$)", re.IGNORECASE)


def collector(text: str) -> str:
    """Return what kind of place an address is that takes anything from anybody, or nothing."""
    for name, expression in _COLLECTORS_BY_NAME.items():
        if expression.search(text):
            return name
    return ""


def is_dropper(text: str) -> bool:
    """Tell whether an address is one where anybody can leave a program for a victim to fetch."""
    if _DROP_HOSTS.search(text) or _COLLECTORS_BY_NAME["a bare address"].search(text):
        return True
    return bool(_COLLECTORS_BY_NAME["a host for throw-away pages"].search(text))


def is_throwaway(text: str) -> bool:
    """Tell whether an address is one that nobody would fetch their own program from."""
    return bool(_THROWAWAY.search(text)) or bool(_COLLECTORS_BY_NAME["a bare address"].search(text))


_THROWAWAY = re.compile(
    rf"{_LEFT}|"
    r"(cdn|media)\.discordapp\.|pastebin\.(com|pl)|hastebin|rentry\.co|paste\.ee|paste\.rs|ghostbin"
    r"|pastes\.io|dpaste|termbin|ix\.io/|transfer\.sh|anonfiles?\.|gofile\.io|//file\.io|bashupload"
    r"|filebin\.net|oshi\.at|catbox\.moe|0x0\.st|//temp\.sh|uguu\.se|tmpfiles\.org|dropbox\S*dl=1"
    r"|ngrok(-free)?\.(io|app|dev)|trycloudflare\.com|serveo\.net|loca\.lt|pythonanywhere\.com"
    r"|repl\.co\b|replit\.(dev|app)|glitch\.me|000webhostapp\.com",
    re.IGNORECASE,
)


def is_hard_coded(text: str) -> bool:
    """Tell a webhook or bot whose secret is written down from one that the user names."""
    return bool(_HARD_CODED.search(text))


_HARD_CODED = re.compile(
    r"discord(app)?\.com/api/(v\d+/)?webhooks/\d{15,}/[\w-]{40,}"
    r"|api\.telegram\.org/bot\d{6,12}:[\w-]{30,}|hooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}"
    r"|[\w-]{6,}\.(oast\.\w+|interact\.sh|oastify\.com|burpcollaborator\.net|m\.pipedream\.net|dnslog\.cn"
    r"|ceye\.io|requestbin\.\w+|requestcatcher\.com|bxss\.\w+|xss\.ht|requestrepo\.com|beeceptor\.com)"
    r"|webhook\.site/[0-9a-f]{8}-[0-9a-f-]{20,}|canarytokens\.com/\w",
    re.IGNORECASE,
)


def is_program(text: str) -> bool:
    """Tell whether an address or path ends as programs of Windows do."""
    return bool(_PROGRAM.search(text))
