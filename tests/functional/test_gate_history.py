"""A release is compared with the ones before it that the gate let in."""

from collections.abc import Callable

import httpx
import pytest

from tests.functional.conftest import Gate
from tests.simulators.upstream import Upstream, make_sdist, make_wheel

QUIET = {"pilot/__init__.py": "def main():\n    return 0\n"}
MORE = {**QUIET, "pilot/more.py": "X = 1\n"}
STARTS = {"pilot/__init__.py": "import os\n\n\ndef main():\n    os.system('anchor')\n"}
# Nothing but its being new speaks against it.
TAKES_PIP = "[console_scripts]\npip = pilot:main\n"

Ask = Callable[..., httpx.Response]


@pytest.fixture
def offer(gate: Gate, upstream: Upstream) -> Callable[..., Ask]:
    """Offer files at the upstream; give back how to ask the gate for one."""

    def offered(*files: tuple[str, bytes]) -> Ask:
        for filename, data in files:
            upstream.add(filename, data)
        gate.listed(files[0][0].partition("-")[0])
        return lambda file: gate.file(file[0])

    return offered


def test_what_changed_for_the_worse_is_held(offer: Callable[..., Ask]) -> None:
    first = make_wheel("worse", "1.0", QUIET)
    second = make_wheel("worse", "1.0.1", QUIET, entry_points=TAKES_PIP)
    ask = offer(first, second)

    assert ask(first).status_code == 200
    answer = ask(second)

    assert answer.status_code == 403
    assert "hold" in answer.headers["airlock-verdict"]
    assert "well-known program" in answer.text


def test_what_only_grew_is_let_in(offer: Callable[..., Ask]) -> None:
    first, second = make_wheel("grown", "1.0", QUIET), make_wheel("grown", "1.0.1", MORE)
    ask = offer(first, second)

    assert [ask(first).status_code, ask(second).status_code] == [200, 200]


def test_a_first_release_is_compared_with_nothing(offer: Callable[..., Ask]) -> None:
    only = make_wheel("firstling", "1.0", QUIET, entry_points=TAKES_PIP)

    assert offer(only)(only).status_code == 200


def test_what_is_held_is_no_measure_for_the_next(offer: Callable[..., Ask]) -> None:
    first = make_wheel("twice", "1.0", QUIET)
    taken = [make_wheel("twice", f"1.0.{n}", QUIET, entry_points=TAKES_PIP) for n in (1, 2)]
    ask = offer(first, *taken)

    assert ask(first).status_code == 200
    assert [ask(one).status_code for one in taken] == [403, 403]


def test_an_older_release_is_not_compared_with_a_newer(offer: Callable[..., Ask]) -> None:
    older = make_wheel("elder", "0.9", QUIET, entry_points=TAKES_PIP)
    newer = make_wheel("elder", "1.0", QUIET)
    ask = offer(older, newer)

    assert [ask(newer).status_code, ask(older).status_code] == [200, 200]


def test_a_wheel_is_held_against_its_source(offer: Callable[..., Ask]) -> None:
    source, wheel = make_sdist("formed", "1.0", QUIET), make_wheel("formed", "1.0", STARTS)
    ask = offer(source, wheel)

    assert ask(source).status_code == 200
    answer = ask(wheel)

    assert answer.status_code == 403
    assert "its source has nothing" in answer.text
