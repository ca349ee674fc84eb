"""What commands of scripts look like: expressions, by the kind of deed, and words to find them by.

Written for one logical line of normalised text, in any case of letters; those for JavaScript and
for Windows scripts, whose statements are spread over lines, for a whole text.
"""

FETCH = r"(?:curl|wget|fetch|lwp-download|aria2c)\b(?!\.)"
_SHELL = (
    r"(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+(?:\S+=\S*\s+)*)?(?:/(?:usr/)?bin/)?(?:ba|z|da|k|a)?sh\b"
)
_OTHERS = r"(?:sudo\s+)?(?:/usr/bin/(?:env\s+)?)?(?:python[\d.]*|perl|ruby|node|php)\b"
PS_FETCH = (
    r"(?:\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|start-bitstransfer)\b"
    r"|\.download(?:string|data|file)\b|net\.webclient)"
)
_PS_RUN = r"(?:\b(?:iex|invoke-expression)\b|\.invoke\s*\(|\[scriptblock\]::create)"
_KEPT = (
    r"(?:\.ssh/|id_rsa|id_ed25519|\.aws/|/etc/shadow|\.netrc|\.pypirc|\.npmrc|\.git-credentials|"
    r"\.kube/config|\.gnupg|\.docker/config|\.bash_history|wallet\.dat|Login Data|logins\.json)"
)
LINES: dict[str, tuple[str, ...]] = {
    "reverse shell": (
        r"/dev/(?:tcp|udp)/\S+",
        r"\b(?:nc|ncat|netcat)\b[^|;\n]*\s-\w*[ec]\s+(?:/bin/)?\w*sh\b",
        r"\bmkfifo\b[^\n]*\|\s*\S*sh\b[^\n]*\b(?:nc|ncat|netcat|openssl)\b",
        r"net\.sockets\.tcpclient[^\n]*getstream",
        r"\bsocat\b[^\n]*\bexec:[^\n]*sh\b",
    ),
    "decode and run": (
        rf"\bbase64\b[^|\n]*-(?:d|D|-decode)\b[^|\n]*\|\s*(?:gunzip\b[^|]*\|\s*)?(?:{_SHELL}|{_OTHERS})",
        rf"(?:{_SHELL}|{_OTHERS})[^\n|]{{0,40}}<\(\s*[^)]*base64\s+-(?:d|D|-decode)",
        r"\beval\b[^\n]*\bbase64\b[^\n]*-(?:d|D|-decode)",
        r"\b(?:ba|z)?sh\s+-c\s+[\"']?[$`]\(?[^\n]*base64\s+-(?:d|D|-decode)",
        r"\b(?:xxd\s+-r|openssl\s+(?:enc|base64)\s[^|\n]*-d|rev|tr\s+\S+\s+\S+)\b[^|\n]*\|\s*"
        + _SHELL,
        r"powershell(?:\.exe)?\b[^\n]*\s[-/]e(?:nc|ncodedcommand|c|n)?\s+[\"']?[A-Za-z0-9+/=]{24,}",
        _PS_RUN + r"[^\n]*frombase64string",
        r"frombase64string[^\n]*\|\s*" + _PS_RUN,
        r"\bcertutil(?:\.exe)?\s+-decode\b[^\n]*",
        r"\b(?:printf|echo)\s[^|\n]*(?:\\x[0-9a-f]{2}|\\[0-7]{3}){3}[^|\n]*\|\s*" + _SHELL,
        r"python[\d.]*\s+-c\s[^\n]*\b(?:exec|eval)\s*\([^\n]*(?:b(?:64|32|16|85)decode|fromhex|decompress)",
    ),
    "fetch and run": (
        rf"\b{FETCH}[^|\n]*\|\s*(?:{_SHELL}|{_OTHERS})(?!\s+-m\s)",
        rf"(?:{_SHELL}|{_OTHERS})\s[^\n|;]{{0,40}}[\"']?[$`]\(?\s*{FETCH}",
        rf"(?:{_SHELL}|{_OTHERS}|\bsource|(?:^|[;&\s])\.)\s[^\n|;]{{0,20}}<\(\s*{FETCH}",
        rf"\beval\s+[\"']?[$`]\(?\s*{FETCH}",
        _PS_RUN + rf"[^\n]*{PS_FETCH}",
        PS_FETCH + rf"[^\n|]*\|\s*{_PS_RUN}",
        r"\bcertutil(?:\.exe)?\s[^\n]*-urlcache\b[^\n]*",
        r"\bbitsadmin(?:\.exe)?\s+/transfer\b[^\n]*",
        r"\bmshta(?:\.exe)?\s+[\"']?(?:https?|javascript|vbscript):[^\n]*",
        r"\bregsvr32(?:\.exe)?\b[^\n]*/i:https?:[^\n]*",
        r"\brundll32(?:\.exe)?\s+javascript:[^\n]*",
        r"\bmsiexec(?:\.exe)?\b[^\n]*\s/i\s+[\"']?https?:[^\n]*",
        r"python[\d.]*\s+-c\s[^\n]*\b(?:exec|eval)\s*\([^\n]*(?:urlopen|requests\.get)",
    ),
    "takes secrets away": (
        rf"{_KEPT}[^\n]*\|[^\n]*\b(?:curl|wget|nc|ncat|openssl s_client)\b",
        rf"\b(?:curl|wget)\b[^\n]*(?:-d|-F|-T|--data\S*|--form|--upload-file|--post-file)\b[^\n]*{_KEPT}",
        r"(?:^|[;&|\s(`])(?:env|printenv|set)\s*\|[^\n]*\b(?:curl|wget|nc|ncat)\b",
        r"\bcurl\b[^\n]*(?:-d|--data\S*)\s*[\"']?@?[$`<]\(?\s*(?:env|printenv)\b",
        r"\b(?:dig|nslookup|host)\s[^\n]*[$`]\(?\s*(?:whoami|hostname|env|cat)\b",
    ),
    "disables protection": (
        r"\b(?:add|set)-mppreference\b[^\n]*-(?:exclusion|disable)\w*",
        r"\bvssadmin(?:\.exe)?\s+delete\s+shadows\b",
        r"\bwevtutil(?:\.exe)?\s+cl\b",
        r"\bamsiutils\b|\bamsiinitfailed\b",
        r"\bspctl\s+--master-disable\b",
        r"\bxattr\s+-\w*d\w*\s+com\.apple\.quarantine\b",
        r"\bsetenforce\s+0\b",
        r"netsh\s+advfirewall\s+set\s+\w+\s+state\s+off",
    ),
    "mines": (r"stratum\+(?:tcp|ssl|tls)://[^\s\"']+", r"\bxmrig\b"),
    "sends to a webhook": (
        r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/[\w-]+",
        r"api\.telegram\.org/bot\d+:[\w-]+",
        r"hooks\.slack\.com/services/T\w+/B\w+/\w+",
        r"\bhttps?://[\w.-]*\.(?:oast\.\w+|interact\.sh|oastify\.com|burpcollaborator\.net|pipedream\.net)",
        r"\bhttps?://webhook\.site/[0-9a-f-]{36}",
    ),
    "stays": (
        r"\bcrontab\s+-(?:\s|$)",
        r"\|\s*crontab\b",
        r">>?\s*[\"']?(?:~|\$HOME|\$\{HOME\}|/root|/home/\S+)/\.(?:bashrc|bash_profile|profile|zshrc|zprofile)\b",
        r">>?\s*[\"']?/etc/(?:cron\.\w+|crontab|rc\.local|profile\.d|ld\.so\.preload)\b",
        r"(?:>>?|\bcp|\bmv|\btee)\s[^\n]*(?:LaunchAgents|LaunchDaemons|autostart)/",
        r"\blaunchctl\s+(?:load|bootstrap)\b",
        r"\bschtasks(?:\.exe)?\s+/create\b",
        r"\breg(?:\.exe)?\s+add\s[^\n]*\\currentversion\\run\b",
        r"\bnew-itemproperty\b[^\n]*\\currentversion\\run\b",
        r"\bregister-scheduledtask\b",
        r"start menu\\programs\\startup",
        r">>?\s*[\"']?(?:~|\$HOME|/root)/\.ssh/authorized_keys\b",
    ),
    "destroys": (
        r"\brm\s+-\w*(?:rf|fr)\w*\s+(?:--no-preserve-root\s+)?[\"']?(?:/|~|\$HOME)[\"']?/?\*?\s*(?:$|[;&|])",
        r"\bdd\s[^\n]*of=/dev/(?:sd|nvme|hd|disk)",
        r"\bmkfs(?:\.\w+)?\s+/dev/",
        r":\(\)\s*\{\s*:\|:&\s*\};:",
        r"\bformat\s+c:\s*/",
    ),
}
JAVASCRIPT: dict[str, tuple[str, ...]] = {
    "decode and run": (
        r"\beval\s*\(\s*(?:atob|unescape|Buffer\.from)\s*\(",
        r"new\s+Function\s*\(\s*(?:atob|Buffer\.from)\s*\(",
        r"\beval\s*\(\s*String\.fromCharCode\s*\(",
    ),
    "fetch and run": (
        r"child_process[\s\S]{0,600}\b(?:curl|wget)\s[^\n]{0,80}https?:[^\n]{0,200}",
        r"child_process[\s\S]{0,600}powershell[^\n]{0,200}(?:iwr|download|invoke-webre|\s-enc)[^\n]{0,200}",
        r"child_process[\s\S]{0,600}\b(?:bitsadmin|certutil|mshta)\b[^\n]{0,200}",
        r"ActiveXObject\s*\([^)]*WScript\.Shell[\s\S]{0,2000}\.Run\s*\(",
    ),
}
WINDOWS_SCRIPT: dict[str, tuple[str, ...]] = {
    "fetch and run": (
        r"(?i)(?:msxml2\.\w*xmlhttp|winhttp\.winhttprequest)[\s\S]{0,4000}(?:\.run\b|shellexecute|\.exec\b)",
        r"(?i)adodb\.stream[\s\S]{0,4000}(?:\.run\b|shellexecute)",
    ),
    "starts a process": (r"(?i)wscript\.shell[\s\S]{0,2000}\.(?:run|exec)\b[^\n]*",),
}


HINTS = (
    *(r"\bcurl\b", r"\bwget\b", r"\bfetch\s", "aria2c", "lwp-download", r"\biwr\b", r"\birm\b"),
    *("invoke-(expression|webrequest|restmethod|item)", "start-bitstransfer", "net\\.webclient"),
    *(r"\.download(string|data|file)", r"\biex\b", "scriptblock\\]::create", r"/dev/(tcp|udp)/"),
    *(r"\bn(c|cat|etcat)\s", "mkfifo", "tcpclient", r"\bsocat\s", "base64", r"\bxxd\s", "openssl"),
    *("powershell", "certutil", "bitsadmin", "mshta", "regsvr32", "rundll32", "msiexec"),
    *("mppreference", "vssadmin", "wevtutil", "amsi(utils|initfailed)", r"\bspctl\s"),
    *("apple\\.quarantine", "setenforce", "advfirewall", "stratum\\+", "xmrig", "api/webhooks/"),
    *("webhooks/", "webhook\\.site", "api\\.telegram\\.org", "hooks\\.slack", r"\.oast\."),
    *("interact\\.sh", "oastify", "burpcollab", "pipedream", "crontab", r"\.(bash|z)rc\b"),
    *(r"\.(bash_|z)?profile\b", r"/cron\.", r"/rc\.local", r"/profile\.d", "ld\\.so\\.preload"),
    *("launch(agents|daemons)", "autostart", "launchctl", "schtasks", "currentversion.{1,2}run"),
    *("register-scheduledtask", "programs.{1,2}startup", "authorized_keys", r"\brm\s+-\w*r"),
    *(r"\bof=/dev/", "mkfs", ":\\(\\)", r"\bformat\s+c:", "wscript", "xmlhttp", "winhttp", "adodb"),
    *(r"\b(dig|nslookup|host)\s.{0,40}[$`]", "printenv", r"\benv\s*\|", r"\bset\s*\|"),
    *(r"\|\s*(rev|tr)\s", r"\\x[0-9a-f]{2}", r"\$\{IFS", r"\seval\s", r"python[0-9.]*\s+-c\s"),
)
"""Of which a line that does any of the above has at least one; in YARA's syntax, in any case."""


# How words are hidden, in any language: what is between two halves of one.
TRICKS = r"""
    $backtick = /[a-z]`[a-z]/ nocase
    $caret = /[a-z]\^[a-z]/ nocase
    $joined = /[\w}]\$\{?[a-z_]\w{0,30}\}?\$\{?[a-z_]/ nocase
    $begun = /(\n|;|&|\|)\s{0,8}\$\{?[a-z_]\w{0,30}\}?\$\{?[a-z_]/ nocase
    $percent = /%\w{1,30}(:~[0-9,-]{1,12})?%%\w/ nocase
    $quotes = /[a-z](""|\'\')[a-z]/ nocase
    $sum = /[a-z]['"]\s{0,3}\+\s{0,3}['"][a-z]/ nocase
    $char = "[char]" nocase
"""
# Of JavaScript, where such words are everywhere, only what the expressions begin with.
JAVASCRIPT_WORDS = r"""
    $call = /(eval|Function)\s{0,4}\(\s{0,4}(atob|unescape|Buffer|String\.fromCharCode)/
    $node = "child_process"
    $host = "ActiveXObject"
"""
