from collections.abc import Iterator

import pytest

from tests.simulators.upstream import Upstream, make_sdist, make_wheel


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """An index with the project ``example``: one wheel, then one sdist."""
    with Upstream() as upstream:
        upstream.add(*make_wheel("example", "1.0"))
        upstream.add(*make_sdist("example", "1.0"))
        yield upstream
