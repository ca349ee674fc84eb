"""Whether tests may detonate here; where not, they are skipped by name, and on CI they fail."""

import os

import pytest

from airlock.detonation.host import require_abilities
from airlock.errors import UnsafeHost


def require_sandbox() -> None:
    """Skip a test where nothing can be detonated, and say what is missing."""
    try:
        require_abilities()
    except UnsafeHost as error:
        if os.environ.get("CI"):
            pytest.fail(f"{error}; {error.hint}")
        pytest.skip(str(error))
