"""When code runs: which file it is in, and what leads to it."""

import pytest

from airlock.syntax import Context, Deed
from tests.unit.syntax.memory import program_of

CODE = "import os\nos.system('true')"
WHEEL = {"example-1.0.dist-info/METADATA": "", "example-1.0.dist-info/WHEEL": ""}

PATHS = {
    "example-1.0/setup.py": Context.BUILD,
    "example-1.0/example/__init__.py": Context.IMPORT,
    "example-1.0/src/mine/deep/module.py": Context.IMPORT,
    "example-1.0/example.py": Context.IMPORT,
    "example-1.0/sitecustomize.py": Context.STARTUP,
    "example-1.0/tests/test_it.py": Context.DORMANT,
    "example-1.0/docs/conf.py": Context.DORMANT,
    "example-1.0/examples/demo.py": Context.DORMANT,
    "example-1.0/noxfile.py": Context.DORMANT,
}


@pytest.mark.parametrize(("path", "context"), PATHS.items(), ids=PATHS.keys())
def test_a_source_distribution_runs_its_files(path: str, context: Context) -> None:
    # Dormant code is followed where it both brings data in and runs something.
    tree = {path: CODE + "\nimport base64, subprocess", "example-1.0/PKG-INFO": ""}
    (act,) = program_of(tree).of(Deed.PROCESS)
    assert act.context is context


_HATCH = (
    "[tool.hatch.version]\npath = 'example/__init__.py'\n"
    "[tool.hatch.build.targets.wheel.hooks.custom]\npath = './tools/hook.py'\n"
)
BUILT = {
    "a custom hook of Hatch": (_HATCH, "tools/hook.py", Context.BUILD),
    "a version that Hatch searches": (_HATCH, "example/__init__.py", Context.IMPORT),
    "a version that Hatch runs": (
        "[tool.hatch.version]\nsource = 'code'\npath = 'example/version.py'\n",
        "example/version.py",
        Context.BUILD,
    ),
    "a script of Poetry": ("[tool.poetry.build]\nscript = 'make.py'\n", "make.py", Context.BUILD),
    "a script of PDM": ("", "pdm_build.py", Context.BUILD),
    "no table where one should be": ("tool = 1\n", "hatch_build.py", Context.IMPORT),
}


@pytest.mark.parametrize(("project", "path", "context"), BUILT.values(), ids=BUILT.keys())
def test_what_a_backend_runs_runs_when_it_builds(project: str, path: str, context: Context) -> None:
    tree = {f"example-1.0/{path}": CODE, "example-1.0/pyproject.toml": project}
    (act,) = program_of(tree).of(Deed.PROCESS)
    assert act.context is context


WHEEL_PATHS = {
    "example/__init__.py": Context.IMPORT,
    "setup.py": Context.IMPORT,
    "usercustomize.py": Context.STARTUP,
    "example/__main__.py": Context.SCRIPT,
    "example-1.0.data/scripts/tool": Context.SCRIPT,
    "example-1.0.data/purelib/example/a.py": Context.IMPORT,
}


@pytest.mark.parametrize(("path", "context"), WHEEL_PATHS.items(), ids=WHEEL_PATHS.keys())
def test_a_wheel_runs_its_files(path: str, context: Context) -> None:
    (act,) = program_of(WHEEL | {path: "#!/usr/bin/python\n" + CODE}).of(Deed.PROCESS)
    assert act.context is context


def test_a_line_of_a_pth_file_runs_at_every_start() -> None:
    program = program_of(WHEEL | {"a.pth": "./lib\nimport os; os.system('true')\n"})
    (act,) = program.of(Deed.PROCESS)
    assert (act.context, act.line) == (Context.STARTUP, 2)
    assert program.startup_files[0].lines == ((2, "import os; os.system('true')"),)


def test_a_start_file_names_a_function_that_runs_at_every_start() -> None:
    program = program_of(
        WHEEL
        | {"a.start": "example:go\n", "example.py": "import os\ndef go():\n    os.system('true')"}
    )
    assert {act.context for act in program.of(Deed.PROCESS)} == {Context.STARTUP}


def test_the_methods_of_a_command_run_at_build() -> None:
    code = (
        "import os\nfrom setuptools import setup\nfrom setuptools.command.install import install\n"
        "class Mine(install):\n    def run(self):\n        os.system('true')\n"
        "setup(cmdclass={'install': Mine})"
    )
    program = program_of({"example-1.0/setup.py": code})
    assert [act.context for act in program.of(Deed.PROCESS)] == [Context.BUILD]
    assert [act.text for act in program.of(Deed.HOOK)] == ["install"]


def test_what_setup_imports_runs_at_build() -> None:
    tree = {"example-1.0/setup.py": "import helper", "example-1.0/helper.py": CODE}
    assert [act.context for act in program_of(tree).of(Deed.PROCESS)] == [Context.BUILD]


def test_a_file_that_setup_executes_runs_at_build() -> None:
    tree = {
        "example-1.0/setup.py": "exec(open('example/version.txt').read())",
        "example-1.0/example/version.txt": CODE,
    }
    assert [act.context for act in program_of(tree).of(Deed.PROCESS)] == [Context.BUILD]


def test_an_in_tree_backend_runs_at_build() -> None:
    tree = {
        "example-1.0/pyproject.toml": (
            "[build-system]\nrequires = []\nbuild-backend = 'mine'\nbackend-path = ['_build']"
        ),
        "example-1.0/_build/mine.py": CODE,
    }
    program = program_of(tree)
    assert [act.context for act in program.of(Deed.PROCESS)] == [Context.BUILD]
    assert program.backends


def test_a_function_runs_when_what_calls_it_runs() -> None:
    code = "import os\ndef inner():\n    os.system('true')\ndef outer():\n    inner()\nouter()"
    (act,) = program_of({"example/__init__.py": code}).of(Deed.PROCESS)
    assert act.context is Context.IMPORT
    assert act.scope == "inner"


def test_the_main_guard_of_a_module_runs_only_as_a_script() -> None:
    code = f"if __name__ == '__main__':\n    {CODE.replace(chr(10), '; ')}"
    (act,) = program_of({"example/__init__.py": code}).of(Deed.PROCESS)
    assert act.context is Context.SCRIPT


def test_an_entry_point_runs_as_a_script() -> None:
    tree = WHEEL | {
        "example-1.0.dist-info/entry_points.txt": "[console_scripts]\ntool = example:main\n",
        "example.py": "import os\ndef main():\n    os.system('true')",
    }
    (act,) = program_of(tree).of(Deed.PROCESS)
    assert act.context is Context.SCRIPT


def test_tests_that_a_package_imports_are_no_tests() -> None:
    tree = WHEEL | {
        "example/__init__.py": "from .tests import payload",
        "example/tests/payload.py": CODE,
    }
    (act,) = program_of(tree).of(Deed.PROCESS)
    assert act.context is Context.IMPORT
