"""Where data comes from: names whose value, or whose result, is worth following."""

import re
from functools import lru_cache

from airlock.syntax.catalogue.network import RECEIVES
from airlock.syntax.facts import Origin

_IDENTITY = (
    "socket.gethostname socket.getfqdn platform.node platform.uname getpass.getuser os.getlogin "
    "os.uname uuid.getnode uuid.UUID psutil.users psutil.net_if_addrs psutil.net_connections "
    "netifaces.interfaces netifaces.ifaddresses ifaddr.get_adapters wmi.WMI pwd.getpwuid "
    "pwd.getpwall pwd.getpwnam os.getcwd os.getuid socket.gethostbyname "
    "socket.gethostbyname_ex GPUtil.getGPUs cpuinfo.get_cpu_info getmac.get_mac_address "
    "ctypes.windll.kernel32.GetVolumeInformationW geocoder.ip psutil.disk_partitions "
    "win32api.GetUserName win32api.GetComputerName machineid.id"
)
_WATCHED = (
    "PIL.ImageGrab.grab ImageGrab.grab pyautogui.screenshot mss.mss pyscreenshot.grab "
    "pyperclip.paste win32clipboard.GetClipboardData clipboard.paste tkinter.Tk.clipboard_get "
    "cv2.VideoCapture.read keyboard.record sounddevice.rec pyaudio.PyAudio.open "
    "keyboard.get_hotkey_name pandas.read_clipboard"
)
_SECRET = (
    "browser_cookie3.chrome browser_cookie3.load browser_cookie3.firefox browser_cookie3.edge "
    "browser_cookie3.opera browser_cookie3.brave win32crypt.CryptUnprotectData "
    "ctypes.windll.crypt32.CryptUnprotectData keyring.get_password keyring.get_credential "
    "secretstorage.get_default_collection browserhistory.get_browserhistory rookiepy.load "
    "rookiepy.chrome robloxpy.User boto3.Session.get_credentials "
    "botocore.session.Session.get_credentials"
)
_INPUT = "input raw_input getpass.getpass sys.stdin sys.argv"

_ORIGINS: dict[str, Origin] = {
    **dict.fromkeys(_IDENTITY.split(), Origin.IDENTITY),
    **dict.fromkeys(_WATCHED.split(), Origin.WATCHED),
    **dict.fromkeys(_SECRET.split(), Origin.SECRET),
    **dict.fromkeys(_INPUT.split(), Origin.INPUT),
    **RECEIVES,
    "os.environ": Origin.ENVIRON,
    "os.environb": Origin.ENVIRON,
}

# Variables that hold a credential by convention of the service that reads them.
_SECRET_VARIABLE = re.compile(
    r"(^|_)(TOKEN|SECRET|PASSWORD|PASSWD|PWD|APIKEY|API_KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS?|"
    r"SECRET_KEY|MNEMONIC)(_|$)|^(NPM_|PYPI_|TWINE_)",
    re.IGNORECASE,
)
# Paths (either slash) of stores that are known to hold credentials, cookies or keys.
_SECRET_PATH = re.compile(
    r"""(?ix)
    [/\\~]\.(ssh|aws|azure|gnupg|kube|docker|git-credentials|netrc|pgpass|npmrc|pypirc|config/gcloud
        |config/solana|bitcoin|ethereum|electrum|bash_history|zsh_history|mozilla|password-store)\b
    | \bid_(rsa|dsa|ecdsa|ed25519)\b | /etc/(passwd|shadow) | \bconsolehost_history
    | login\ data | local\ state | \bcookies(\.sqlite)?$ | [/\\]cookies\b | web\ data
    | \blogins\.json | \bkey[34]\.db | \bsignons\.sqlite | formhistory\.sqlite
    | user\ data[/\\] | local\ storage[/\\]+leveldb | local\ extension\ settings
    | \bwallet\.dat | [/\\](exodus|electrum|atomic|ethereum|jaxx|zcash|armory|bytecoin|coinomi)[/\\]
    | keystore[/\\]? $ | \bmetamask\b | nkbihfbeogaeaoehlefnkodbefgpgknn
    | \btdata\b | discord(canary|ptb)?[/\\] | [/\\]roaming[/\\]discord | filezilla | winscp
    | application_default_credentials | metadata\.google | 169\.254\.169\.254
    | service-?account.*json | /proc/[^/]+/environ\b
    | secrets/kubernetes\.io | \bkeychain-db\b | \.roblosecurity | passwords?\.txt$
    | \bsteam[/\\](config|ssfn) | [/\\]\.env$ | ^\.env$
    """
)


# What anybody wrote into a block chain.
_CHAINS = ("web3.", "solana.", "solders.", "tronpy.", "bitcoinlib.")
_ASKED = re.compile(r"\.(call|get_\w+)$")


@lru_cache(maxsize=16_384)
def origin_of(name: str) -> Origin | None:
    """Return where a value comes from, by the canonical name of what it is or what made it."""
    found = _ORIGINS.get(name)
    if found is None and name.startswith(_CHAINS) and _ASKED.search(name):
        return Origin.NETWORK
    return found


def secret_variable(name: str) -> bool:
    """Tell whether an environment variable holds a credential by convention."""
    return bool(_SECRET_VARIABLE.search(name))


def secret_path(text: str) -> bool:
    """Tell whether a path names a store that is known to hold credentials, cookies or keys."""
    return bool(_SECRET_PATH.search(text[:4096]))
