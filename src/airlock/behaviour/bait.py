"""Things worth stealing, which belong to nobody.

Each is well-formed, random for every detonation, and no example out of a vendor's documentation:
malware knows those and leaves them alone. A bait's ``token`` is a text of it that occurs nowhere
else; where it leaves the machine, in whatever coding, the bait was taken.
"""

import base64
import random
import sqlite3
import string
import struct
from collections.abc import Callable

import msgspec

_ALPHANUMERIC = string.ascii_letters + string.digits
_DATABASE_ROWS = 3


class Bait(msgspec.Struct, frozen=True, kw_only=True):
    """One thing worth stealing."""

    name: str
    """For a person, as ``an SSH private key``."""
    path: str = ""
    """Below the home folder; empty for a variable of the environment."""
    variable: str = ""
    token: str
    content: bytes = b""
    secret: bool = True
    """Whether reading it says something; documents are only there to be destroyed."""


def make_baits(chance: random.Random) -> tuple[Bait, ...]:
    """Return one bait of each kind.

    Args:
        chance: gives the same baits for the same seed.
    """
    files = [_file(name, path, make, chance) for name, path, make in _FILES]
    variables = [
        Bait(name=f"the variable {name}", variable=name, token=token, content=token.encode())
        for name, token in ((name, make(chance)) for name, make in _VARIABLES)
    ]
    return (*files, *variables, *(_document(path, chance) for path in _DOCUMENTS))


def _document(path: str, chance: random.Random) -> Bait:
    text = _letters(chance, 600)
    return Bait(
        name="a document of the user",
        path=path,
        token=text[100:140],
        content=text.encode(),
        secret=False,
    )


def _letters(chance: random.Random, count: int, alphabet: str = _ALPHANUMERIC) -> str:
    return "".join(chance.choices(alphabet, k=count))


def _file(
    name: str, path: str, make: Callable[[random.Random], tuple[str, bytes]], chance: random.Random
) -> Bait:
    token, content = make(chance)
    return Bait(name=name, path=path, token=token, content=content)


def _ssh_key(chance: random.Random) -> tuple[str, bytes]:
    """Return an OpenSSH key of Ed25519 (PROTOCOL.key of OpenSSH)."""
    public, seed = chance.randbytes(32), chance.randbytes(32)
    check = chance.randbytes(4)
    packed = _strings(b"ssh-ed25519", public)
    inner = check * 2 + packed + _strings(seed + public, b"") + bytes(range(1, 6))
    whole = b"openssh-key-v1\0" + _strings(b"none", b"none", b"") + struct.pack(">I", 1)
    whole += _strings(packed, inner)
    text = base64.b64encode(whole).decode()
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    key = "\n".join(
        ["-----BEGIN OPENSSH PRIVATE KEY-----", *lines, "-----END OPENSSH PRIVATE KEY-----", ""]
    )
    # The second line begins within what is the same in all keys, and goes on with what is not.
    return lines[1][16:54], key.encode()


def _strings(*values: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(value)) + value for value in values)


def _aws(chance: random.Random) -> tuple[str, bytes]:
    secret = _letters(chance, 40)
    key = "AKIA" + _letters(chance, 16, string.ascii_uppercase + "234567")
    text = f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
    return secret, text.encode()


def _pypirc(chance: random.Random) -> tuple[str, bytes]:
    token = "pypi-" + _letters(chance, 160)
    text = (
        f"[distutils]\nindex-servers = pypi\n\n[pypi]\nusername = __token__\npassword = {token}\n"
    )
    return token[10:60], text.encode()


def _netrc(chance: random.Random) -> tuple[str, bytes]:
    word = _letters(chance, 24)
    return word, f"machine git.example login dev password {word}\n".encode()


def _git_credentials(chance: random.Random) -> tuple[str, bytes]:
    token = "ghp_" + _letters(chance, 36)
    return token, f"https://dev:{token}@git.example\n".encode()


def _npmrc(chance: random.Random) -> tuple[str, bytes]:
    token = "npm_" + _letters(chance, 36)
    return token, f"//registry.example/:_authToken={token}\n".encode()


def _docker(chance: random.Random) -> tuple[str, bytes]:
    word = _letters(chance, 30)
    auth = base64.b64encode(f"dev:{word}".encode()).decode()
    return auth[8:40], f'{{"auths": {{"registry.example": {{"auth": "{auth}"}}}}}}\n'.encode()


def _kube(chance: random.Random) -> tuple[str, bytes]:
    token = _letters(chance, 64)
    text = f"apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user:\n    token: {token}\n"
    return token, text.encode()


def _gcloud(chance: random.Random) -> tuple[str, bytes]:
    token = "1//0" + _letters(chance, 98)
    text = f'{{"client_id": "{_letters(chance, 12)}", "refresh_token": "{token}"}}'
    return token[4:60], text.encode()


def _history(chance: random.Random) -> tuple[str, bytes]:
    word = _letters(chance, 24)
    return word, f"cd work\nmysql -u root -p{word} shop\ngit status\n".encode()


def _logins(chance: random.Random) -> tuple[str, bytes]:
    """Return a browser's database of passwords, as SQLite writes it."""
    token = _letters(chance, 40)
    with sqlite3.connect(":memory:") as database:
        database.execute(
            "CREATE TABLE logins (origin_url TEXT, username_value TEXT, password_value BLOB)"
        )
        rows = [("https://bank.example/", "dev", token)] * _DATABASE_ROWS
        database.executemany("INSERT INTO logins VALUES (?, ?, ?)", rows)
        database.commit()
        content = database.serialize()
    database.close()
    return token, content


def _firefox(chance: random.Random) -> tuple[str, bytes]:
    token = _letters(chance, 80)
    return token, f'{{"logins": [{{"hostname": "x", "encryptedPassword": "{token}"}}]}}'.encode()


def _chat(chance: random.Random) -> tuple[str, bytes]:
    """Return a database of a chat program with a session's token in it."""
    token = ".".join(_letters(chance, count) for count in (24, 6, 38))
    return token, b"\x00\x01META:https://chat.example\x00" + f'token"{token}"'.encode() + b"\x00"


def _wallet(chance: random.Random) -> tuple[str, bytes]:
    token = _letters(chance, 48)
    return token, f'{{"seed_version": 17, "keystore": {{"xprv": "xprv9s{token}"}}}}'.encode()


def _dotenv(chance: random.Random) -> tuple[str, bytes]:
    token = _letters(chance, 32)
    return token, f"DATABASE_URL=postgres://shop:{token}@db.example/shop\n".encode()


_FILES: tuple[tuple[str, str, Callable[[random.Random], tuple[str, bytes]]], ...] = (
    ("an SSH private key", ".ssh/id_ed25519", _ssh_key),
    ("an SSH private key", ".ssh/id_rsa", _ssh_key),
    ("the AWS credentials", ".aws/credentials", _aws),
    ("the upload token of a package index", ".pypirc", _pypirc),
    ("the passwords in .netrc", ".netrc", _netrc),
    ("the credentials of git", ".git-credentials", _git_credentials),
    ("the token of npm", ".npmrc", _npmrc),
    ("the credentials of a container registry", ".docker/config.json", _docker),
    ("the credentials of a Kubernetes cluster", ".kube/config", _kube),
    (
        "the Google Cloud credentials",
        ".config/gcloud/application_default_credentials.json",
        _gcloud,
    ),
    ("the shell's history", ".bash_history", _history),
    ("the passwords of a browser", ".config/google-chrome/Default/Login Data", _logins),
    (
        "the passwords of a browser",
        ".mozilla/firefox/p7d2k1xq.default-release/logins.json",
        _firefox,
    ),
    ("the session of a chat program", ".config/discord/Local Storage/leveldb/000005.ldb", _chat),
    ("a wallet", ".electrum/wallets/default_wallet", _wallet),
    ("a wallet", ".config/Exodus/exodus.wallet/seed.seco", _wallet),
    ("the settings of a project", "work/shop/.env", _dotenv),
)
_DOCUMENTS = ("Documents/contract.docx", "Documents/taxes-2024.xlsx", "Pictures/harbour.jpg")
_VARIABLES: tuple[tuple[str, Callable[[random.Random], str]], ...] = (
    ("AWS_SECRET_ACCESS_KEY", lambda chance: _letters(chance, 40)),
    ("GITHUB_TOKEN", lambda chance: "ghp_" + _letters(chance, 36)),
    ("OPENAI_API_KEY", lambda chance: "sk-" + _letters(chance, 48)),
    ("DATABASE_PASSWORD", lambda chance: _letters(chance, 20)),
)
