"""Settings of the whole suite."""

from hypothesis import settings

# No test is about time: a busy machine must not fail an example for being slow.
settings.register_profile("airlock", deadline=None)
settings.load_profile("airlock")
