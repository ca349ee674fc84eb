"""Whatever a thing is called in the code, it is known by its one name."""

import pytest

from airlock.syntax import Deed
from tests.unit.syntax.memory import acts_of, only

SYSTEM = {
    "plain": "import os\nos.system('true')",
    "another name for the module": "import os as o\no.system('true')",
    "another name for the function": "from os import system as s\ns('true')",
    "everything from the module": "from os import *\nsystem('true')",
    "an assignment": "import os\nrun = os.system\nrun('true')",
    "getattr": "import os\ngetattr(os, 'system')('true')",
    "getattr with a sum": "import os\ngetattr(os, 'sys' + 'tem')('true')",
    "getattr with a reversed name": "import os\ngetattr(os, 'metsys'[::-1])('true')",
    "__import__": "__import__('os').system('true')",
    "__import__ with a sum": "__import__('o' + 's').system('true')",
    "importlib": "import importlib\nimportlib.import_module('os').system('true')",
    "import_module": "from importlib import import_module as i\ni('os').system('true')",
    "posix": "import posix\nposix.system('true')",
    "sys.modules": "import os, sys\nsys.modules['os'].system('true')",
    "the dict of the module": "import os\nos.__dict__['system']('true')",
    "vars of the module": "import os\nvars(os)['system']('true')",
    "globals": "import os\nglobals()['os'].system('true')",
    "globals by get": "import os\nglobals().get('os').system('true')",
    "attrgetter": "import os, operator\noperator.attrgetter('system')(os)('true')",
    "partial": "import os, functools\nfunctools.partial(os.system, 'true')()",
    "partial of a part": "import os, functools\nfunctools.partial(os.system)('true')",
    "a lambda": "import os\n(lambda command: os.system(command))('true')",
    "a wrapper": "import os\ndef run(command):\n    return os.system(command)\nrun('true')",
    "a list of functions": "import os\n[print, os.system][1]('true')",
    "a dict of functions": "import os\n{'a': os.system}['a']('true')",
    "an attribute of a class": "import os\nclass A:\n    run = os.system\nA.run('true')",
    "an attribute of an object": (
        "import os\nclass A:\n    def __init__(self):\n        self.run = os.system\n"
        "    def go(self):\n        self.run('true')\nA().go()"
    ),
    "map": "import os\nlist(map(os.system, ['true']))",
    "a comprehension": "import os\n[os.system(c) for c in ['true']]",
    "starred arguments": "import os\nargs = ('true',)\nos.system(*args)",
    "the walrus": "import os\n(run := os.system)('true')",
    "a thread": "import os, threading\nthreading.Thread(target=os.system, args=('true',)).start()",
    "a decorator": (
        "import os\ndef now(f):\n    f()\n    return f\n@now\ndef go():\n    os.system('true')"
    ),
    "at exit": "import atexit, os\ndef go():\n    os.system('true')\natexit.register(go)",
    "a coroutine": "import asyncio, os\nasync def go():\n    os.system('true')\nasyncio.run(go())",
    "letters in disguise": "import os\nos.\uff53ystem('true')",
}


@pytest.mark.parametrize("code", SYSTEM.values(), ids=SYSTEM.keys())
def test_a_shell_is_a_shell_by_any_name(code: str) -> None:
    act = only(code, Deed.PROCESS)
    assert (act.target, act.text) == ("os.system", "true")


EXEC = {
    "plain": "exec('pass')",
    "an alias": "e = exec\ne('pass')",
    "builtins": "import builtins\nbuiltins.exec('pass')",
    "builtins by getattr": "import builtins\ngetattr(builtins, 'ex' + 'ec')('pass')",
    "the dict of builtins": "import builtins\nbuiltins.__dict__['exec']('pass')",
    "__builtins__ as a dict": "__builtins__['exec']('pass')",
    "__builtins__ as a module": "__builtins__.exec('pass')",
    "__builtins__ through globals": "globals()['__builtins__']['exec']('pass')",
    "compiled first": "exec(compile('pass', '', 'exec'))",
    "__import__ of builtins": "__import__('builtins').exec('pass')",
    "a name put on builtins": "import builtins\nsetattr(builtins, 'e', exec)\nbuiltins.e('pass')",
}


@pytest.mark.parametrize("code", EXEC.values(), ids=EXEC.keys())
def test_exec_is_exec_by_any_name(code: str) -> None:
    act = only(code, Deed.EXECUTE)
    assert (act.target, act.evidence) == ("exec", "pass")


def test_of_two_things_that_a_name_may_stand_for_both_count() -> None:
    code = "import os\nif unknown:\n    c = 'first'\nelse:\n    c = 'second'\nos.system(c)"
    assert {act.text for act in acts_of(code, Deed.PROCESS)} == {"first", "second"}


def test_a_method_of_something_else_is_not_taken_for_a_shell() -> None:
    assert acts_of("import platform\nplatform.system('true')", Deed.PROCESS) == []


def test_a_name_that_was_bound_anew_is_what_it_was_bound_to() -> None:
    assert acts_of("def exec(text):\n    return text\nexec('pass')", Deed.EXECUTE) == []
