"""The index and the gate of the functional tests."""

from tests.functional.conftest import (
    _shared_gate,
    _shared_upstream,
    gate,
    own_gate,
    start_gate,
    upstream,
)

__all__ = ["_shared_gate", "_shared_upstream", "gate", "own_gate", "start_gate", "upstream"]
