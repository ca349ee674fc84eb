"""A plugin that Poetry loads under the guard: its index is the guard's, and no other.

Poetry takes its index from its project, or the public one; no variable names another. Its plugins
may say what repositories it has, which is what this does, for one run: the guard puts a copy of
this file on Poetry's path. It imports nothing of Airlock's, for it runs in Poetry's environment.

If it is not loaded, Poetry asks the public index through the guard's barrier, and gets nothing.
"""

import os

from poetry.plugins.plugin import Plugin
from poetry.repositories.legacy_repository import LegacyRepository
from poetry.repositories.repository_pool import Priority


class _Guarded(LegacyRepository):
    """The guard's index under the name of the public one, so that locks name neither."""

    def package(self, name, version):
        """Return a package that comes from nowhere in particular."""
        return _without_source(super().package(name, version))

    def _package(self, name, version, yanked):
        return _without_source(super()._package(name, version, yanked))


def _without_source(package):
    package._source_type = package._source_url = package._source_reference = None
    return package


class GuardPlugin(Plugin):
    """Gives Poetry the guard's index."""

    def activate(self, poetry, io):
        """Take the public index out, and put the guard's in."""
        index = os.environ["AIRLOCK_GUARD_INDEX"]
        if poetry.pool.has_repository("pypi"):
            poetry.pool.remove_repository("pypi")
        guarded = _Guarded("PyPI", index, config=poetry.config, disable_cache=True)
        poetry.pool.add_repository(guarded, priority=Priority.PRIMARY)
