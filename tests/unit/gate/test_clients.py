"""Which file a client would most likely take."""

from typing import Any

import pytest

from airlock.gate.clients import Client, newest_releases
from airlock.model import ListedFile

AGENT = (
    'pip/26.3 {"cpu":"x86_64","implementation":{"name":"CPython","version":"3.11.7"},'
    '"python":"3.11.7","system":{"name":"Linux","release":"6"}}'
)
FILES = (
    "harbour-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
    "harbour-1.0-cp312-cp312-manylinux_2_17_x86_64.whl",
    "harbour-1.0-cp39-abi3-macosx_11_0_arm64.whl",
    "harbour-1.0.tar.gz",
)


def listed(*names: str, **more: Any) -> list[ListedFile]:
    return [ListedFile(filename=name, url="https://files.example/", **more) for name in names]


def best(agent: str, *names: str, **more: Any) -> str:
    found = Client.of_agent(agent).best(listed(*names, **more))
    return found.filename if found else ""


def test_wheel_of_the_interpreter_comes_first() -> None:
    assert best(AGENT, *FILES) == FILES[0]
    assert best(AGENT, *FILES[1:]) == FILES[3]
    assert best(AGENT, FILES[3], "harbour-1.0-py3-none-any.whl").endswith("any.whl")


def test_older_stable_abi_fits() -> None:
    abi3 = "harbour-1.0-cp39-abi3-manylinux_2_17_x86_64.whl"
    assert best(AGENT, FILES[3], abi3) == abi3
    newer = "harbour-1.0-cp313-abi3-manylinux_2_17_x86_64.whl"
    assert best(AGENT, FILES[3], newer) == FILES[3]


def test_who_says_nothing_gets_what_runs_everywhere() -> None:
    for agent in ("", "curl/8", "pip/26 {", "pip/26 []", "x" * 9999 + AGENT):
        assert best(agent, *FILES) == FILES[3]


@pytest.mark.parametrize(
    ("wanted", "found"), [(">=3.12", ""), (">=3.8", FILES[0]), ("???", FILES[0])]
)
def test_what_this_python_cannot_have_is_passed_over(wanted: str, found: str) -> None:
    assert best(AGENT, FILES[0], requires_python=wanted) == found


def test_releases_come_newest_first_without_what_resolvers_pass_over() -> None:
    files = listed("a-1.0.zip", "a-1.10.zip", "a-1.9.zip", "a-2.0rc1.zip", "a-nonsense.zip")
    files += listed("a-3.0.zip", yanked="")
    names = [[file.filename for file in release] for release in newest_releases(files)]
    assert names == [["a-1.10.zip"], ["a-1.9.zip"], ["a-1.0.zip"]]
    only = newest_releases(listed("a-2.0rc1.zip"))
    assert [file.filename for file in only[0]] == ["a-2.0rc1.zip"]
