"""Source trees: the files of a release as its repository has them, packed into a tar to be read.

- Nothing of a repository is executed, checked out or configured: objects are fetched into a bare
  repository of our own and read from there; neither hooks, filters, submodules nor the settings of
  the repository have a say.
- A tree goes through ``archive`` like every other container: its paths and its size are as hostile.
"""

from airlock.sources.trees.taking import Asked, TakenTree, take_tree

__all__ = ["Asked", "TakenTree", "take_tree"]
