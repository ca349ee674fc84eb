"""Literals that name something of note: addresses to send to, stores to steal from, tools to hide.

Each topic has plain texts, found in any case of letters by the same pass as the words of the
prefilter; where a text alone says too little, an expression must match around it. A mention proves
nothing: checks weigh it with what the code does.
"""

import re
from functools import cache

TEXTS: dict[str, str] = {
    "discord-webhook": "/api/webhooks/ /webhooks/",
    "telegram-bot": "api.telegram.org :AA",
    "callback-host": (
        "oast.fun oast.live oast.pro oast.me oast.site oast.online interact.sh oastify.com "
        "burpcollaborator.net dnslog.cn ceye.io bxss.in bxss.me xss.ht m.pipedream.net "
        "webhook.site "
        "requestbin.net requestbin.com hookb.in requestcatcher.com canarytokens.com beeceptor.com "
        "mocky.io requestinspector.com requestrepo.com postb.in typedwebhook.tools ngrok.io "
        "ngrok.app ngrok-free.app ngrok.dev ngrok.com serveo.net loca.lt trycloudflare.com "
        "pythonanywhere.com repl.co replit.dev replit.app glitch.me 000webhostapp.com oast.com"
    ),
    "drop-host": (
        "cdn.discordapp.com/attachments media.discordapp.net/attachments pastebin.com/raw "
        "pastebin.pl/view/raw hastebin.com/raw paste.ee/r/ paste.ee/d/ rentry.co/ ghostbin. "
        "pastes.io/raw paste.rs/ termbin.com transfer.sh anonfiles.com anonfile.com gofile.io "
        "https://file.io bashupload.com filebin.net oshi.at files.catbox.moe litter.catbox.moe "
        "0x0.st "
        "temp.sh uguu.se tmpfiles.org send.cm ?dl=1 .exe .bat .ps1 .vbs .scr .msi .hta"
    ),
    "bare-address": "",
    "shell-download": (
        "|sh |bash |python invoke-webrequest downloadfile downloadstring invoke-expression "
        "start-bitstransfer -urlcache bitsadmin mshta -encodedcommand -enc iwr iex"
    ),
    "browser-store": (
        "leveldb os_crypt encrypted_key moz_cookies key3.db key4.db logins.json signons.sqlite "
        "chrome\\ brave-browser chrome/user"
    ),
    "chat-token": "{6}\\. mfa\\. dqw4w9wgxcq /users/@me",
    "wallet-store": (
        "exodus.wallet wallet.dat electrum\\ electrum/ metamask nkbihfbeogaeaoehlefnkodbefgpgknn "
        "seco.seed coinomi"
    ),
    "persistence": (
        "currentversion\\run currentversion\\\\run programs\\startup programs\\\\startup schtasks "
        "launchagents launchdaemons /etc/cron "
        "systemd autostart /etc/rc.local .bashrc .bash_profile "
        ".zshrc authorized_keys .git/hooks .vscode/tasks.json .github/workflows pip/pip.conf "
        "pip/pip.ini profile_default/startup discord_desktop_core app.asar getusersitepackages "
        ".claude/settings .cursor/mcp claude_desktop_config"
    ),
    "reverse-shell": "/dev/tcp/ ncat netcat",
    "host-lookup": (
        "api.ipify.org ipinfo.io ifconfig.me ident.me icanhazip.com checkip.amazonaws.com "
        "ip-api.com ipapi.co wtfismyip.com myexternalip.com geolocation-db.com api.myip.com"
    ),
    "cloud-metadata": "169.254.169.254 metadata.google.internal 169.254.170.2",
    "obfuscator": (
        "pyarmor pytransform hyperion pyobfuscate py-fuscate pyfuscate berserker blankobf"
    ),
    "miner": (
        "stratum+tcp:// stratum+ssl:// xmrig minexmr nanopool. supportxmr moneroocean xmr-stak "
        "cpuminer nbminer --donate-level"
    ),
    # The beginnings of addresses, commands and code, as encoders leave them.
    "encoded-text": (
        "aHR0c Y3VybC cG93ZXJzaGVsbC aW1wb3J0I ZXhlYy d2dldC L2Jpbi9i Y21kL Zm9tIG ZnJvbS b3Muc3lz "
        "c3VicHJvY2 X19pbXBvcnRfX 68747470 6375726c20 696d706f727420 657865632 706f7765727368 "
        "//:sptth //:ptth \\x68\\x74\\x74\\x70"
    ),
    "wallet-pattern": "[a-km-zA-HJ-NP-Z [a-fA-F0-9]{40}",
    "anti-analysis": (
        "vmtoolsd vboxservice vboxtray vmwareuser sandboxie wireshark fiddler procmon ollydbg "
        "x64dbg x32dbg processhacker httpdebugger procexp windbg dnspy pestudio dumpcap vmusrvc "
        "vmsrvc vmwaretray joeboxcontrol qemu-ga xenservice vmmouse.sys vboxguest sbiedll "
        "wdagutilityaccount 0prgv9 "
        "isdebuggerpresent checkremotedebuggerpresent"
    ),
}
_PHRASES: dict[str, tuple[str, ...]] = {
    "browser-store": (
        "login data",
        "local state",
        "web data",
        "user data\\",
        "local extension settings",
        "opera software",
    ),
    "shell-download": ("| sh", "| bash", "| python", "|  sh"),
    "reverse-shell": ("bash -i", "nc -e", "nc -c", " -e /bin/"),
    "persistence": ("crontab -", "reg add"),
    "obfuscator": ("obfuscated with", "obfuscated by", "obfuscated using"),
}

BARE_ADDRESS = r"//[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"
"""An expression for the scanner; all others are plain texts."""

# What must be around a text that says too little by itself.
_CONFIRMED = {
    "/webhooks/": (
        r"discord\w*\.com\\?/api\\?/(v\d+\\?/)?webhooks\\?/(\d{5}\d*(/[\w-]*)?|[\"'{%]|$)"
    ),
    "/api/webhooks/": r"discord\w*\.com\\?/api\\?/webhooks\\?/[\w/-]*",
    ":AA": r"\b\d{8,10}:AA[\w-]{32,35}\b",
    "rentry.co/": r"rentry\.co/\w+/raw",
    "ghostbin.": r"ghostbin\.\w+",
    "?dl=1": r"dropbox\S{1,200}\?dl=1",
    **dict.fromkeys(
        "aHR0c Y3VybC cG93ZXJzaGVsbC aW1wb3J0I ZXhlYy d2dldC L2Jpbi9i Y21kL Zm9tIG ZnJvbS b3Muc3lz "
        "c3VicHJvY2 X19pbXBvcnRfX".split(),
        r"(?<![A-Za-z0-9+/=_-])(aHR0c|Y3VybC|cG93ZXJz|aW1wb3J0I|ZXhlYy|d2dldC|L2Jpbi9i|Y21kL|Zm9tIG"
        r"|ZnJvbS|b3Muc3lz|c3VicHJv|X19pbXBv)[A-Za-z0-9+/_-]{16,}",
    ),
    **dict.fromkeys(
        "68747470 6375726c20 696d706f727420 657865632 706f7765727368".split(),
        r"(?<![0-9a-fA-F])(68747470|6375726c20|696d706f72|65786563|706f77657273)[0-9a-fA-F]{24,}",
    ),
    **dict.fromkeys(("//:sptth", "//:ptth"), r"[^\s\"']{4,200}//:s?ptth(?=[\"'])"),
    "\\x68\\x74\\x74\\x70": r"(\\x[0-9a-fA-F]{2}){12,}",
    BARE_ADDRESS: r"https?://(?!127\.|10\.|192\.168\.|0\.|169\.254|255\.|1\.2\.3\.4|1\.1\.1\.1|8\.8\."
    r"|172\.(1[6-9]|2\d|3[01])\.|198\.51\.100|203\.0\.113|192\.0\.2)\d{1,3}(\.\d{1,3}){3}\b",
    "|sh": r"(curl|wget)\b.{1,250}\|\s*(sudo\s+)?sh\b",
    "| sh": r"(curl|wget)\b.{1,250}\|\s*(sudo\s+)?sh\b",
    "|bash": r"(curl|wget)\b.{1,250}\|\s*(sudo\s+)?bash\b",
    "| bash": r"(curl|wget)\b.{1,250}\|\s*(sudo\s+)?bash\b",
    "|python": r"(curl|wget)\b.{1,250}\|\s*(sudo\s+)?python",
    "| python": r"(curl|wget)\b.{1,250}\|\s*(sudo\s+)?python",
    "-enc": r"powershell.{0,120}\s-e(nc|c)?\s",
    "iwr": r"\biwr\s+(-|[\"']?https?:)",
    "iex": r"\biex\s*[\s(]+.{0,40}(new-object|iwr|irm|downloadstring)",
    "mshta": r"mshta(\.exe)?\s+[\"']?(https?|javascript|vbscript):",
    "-urlcache": r"certutil.{0,80}-urlcache",
    "chrome\\": r"google\\{1,4}chrome\\",
    "web data": r"[\\/'\"]web data\b",
    "local state": r"[\\/'\"]local state\b",
    "login data": r"[\\/'\"]login data\b",
    "leveldb": r"local storage[\\/]+leveldb",
    "{6}\\.": r"\[\\w-\]\{2[46]",
    "mfa\\.": r"mfa\\\.\[\\w-\]",
    "/users/@me": r"discord\w*\.com/api/v\d+/users/@me",
    "ncat": r"\bncat\s[^\n]{3,60}-e",
    "netcat": r"\bnetcat\s[^\n]{3,60}-e",
    "reg add": r"reg add.{1,80}\\run\b",
    "schtasks": r"schtasks(\.exe)?[\"',\s]+/create",
    "hyperion": r"__hyperion|hyperion obf",
    "obfuscated with": r"obfuscated with",
    "[a-km-zA-HJ-NP-Z": r"(bc1|\[13\])\W{0,6}\[a-km-zA-HJ-NP-Z",
    "[a-fA-F0-9]{40}": r"0x\[a-fA-F0-9\]\{40\}",
    **dict.fromkeys(
        (".exe", ".bat", ".ps1", ".vbs", ".scr", ".msi", ".hta"),
        r"https?://[^\s\"'<>]{4,200}\.(exe|bat|ps1|vbs|scr|msi|hta)\b",
    ),
}
_BEFORE = 260
_AFTER = 160


def all_texts() -> list[tuple[str, str]]:
    """Return every text that is looked for, with its topic."""
    found = [(text, topic) for topic, texts in TEXTS.items() for text in texts.split()]
    found += [(text, topic) for topic, texts in _PHRASES.items() for text in texts]
    return [*found, (BARE_ADDRESS, "bare-address")]


def confirm(text: str, data: bytes, offset: int) -> str | None:
    """Return what a text that was found is a part of, or ``None`` if that is nothing of note."""
    start = data.rfind(b"\n", max(0, offset - _BEFORE), offset) + 1 or max(0, offset - _BEFORE)
    end = data.find(b"\n", offset, offset + _AFTER)
    around = data[start : end if end >= 0 else offset + _AFTER].decode("utf-8", "replace")
    expression = _expression(text)
    if expression is None:
        return around.strip()
    match = expression.search(around)
    return match.group(0) if match else None


@cache
def _expression(text: str) -> re.Pattern[str] | None:
    # Compiled when the text is first found: most of an artifact's processes need few of them.
    return re.compile(_CONFIRMED[text], re.IGNORECASE) if text in _CONFIRMED else None
