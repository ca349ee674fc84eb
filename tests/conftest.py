"""Settings of the whole suite."""

import os
from pathlib import Path

from hypothesis import settings

# No test is about time: a busy machine must not fail an example for being slow.
settings.register_profile("airlock", deadline=None)
settings.load_profile("airlock")

# What the user of this machine keeps up to date is no part of a test.
os.environ["AIRLOCK_DB"] = str(Path(os.devnull) / "airlock")
