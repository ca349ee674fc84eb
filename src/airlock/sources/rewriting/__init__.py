"""Changes the version that a file asks for, and nothing else in it.

- Comments, markers, extras, order, quotes, line endings and encoding stay as they are.
- What was written is read again: unless exactly the one requirement has changed, nothing is.
- What cannot be changed like that is left alone, with the reason.
"""

from airlock.sources.rewriting.pyproject import rewrite_pyproject
from airlock.sources.rewriting.requirements import rewrite_requirements
from airlock.sources.rewriting.specifying import NotAsked, NotRewritten, Upgrade

__all__ = ["NotAsked", "NotRewritten", "Upgrade", "rewrite_pyproject", "rewrite_requirements"]
