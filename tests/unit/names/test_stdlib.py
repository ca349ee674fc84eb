"""The guard of the standard library, held against the lists of modules themselves."""

import pytest
from stdlib_list import short_versions, stdlib_list

from airlock.checks.name.stdlib import _KNOWN, _modules
from airlock.names.spelling import ultranormalise


@pytest.mark.parametrize("version", short_versions)
def test_every_module_of_python_3_and_every_prefix_of_it_is_guarded(version: str) -> None:
    modules = _modules()
    for name in stdlib_list(version):
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            found = modules.get(ultranormalise(".".join(parts[:count])))
            if version.startswith("3."):
                assert found is not None, name
                assert found.is_of_python_3, name


@pytest.mark.parametrize("name", ["urllib2", "commands", "StringIO", "ConfigParser.", "httplib"])
def test_what_went_with_python_2_is_told_apart(name: str) -> None:
    module = _modules()[ultranormalise(name)]
    assert module.is_of_python_3 == (name == "ConfigParser.")


@pytest.mark.parametrize("name", ["videoreader", "sunaudio", "ic", "W"])
def test_modules_of_forgotten_systems_are_no_traps(name: str) -> None:
    assert ultranormalise(name) not in _modules()


def test_every_namesake_is_one() -> None:
    """A namesake that is no module hides nothing: the list would not be looked after."""
    assert {name for name in _KNOWN if ultranormalise(name) not in _modules()} == set()
