"""What honest pickles are made of, in every protocol."""

import datetime as dt
import pickle
from collections import OrderedDict
from decimal import Decimal
from pathlib import Path, PurePosixPath

from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    things = [OrderedDict(a=1), dt.date(2026, 1, 1), Decimal("1.5"), PurePosixPath("os/system"), {1, 2}]
    tree = {f"example/things{p}.pkl": pickle.dumps(things, p) for p in range(6)}
    return pack_wheel(folder, {"example/__init__.py": b"", **tree})
