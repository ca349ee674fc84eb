"""The fork that took the place of setuptools for a while."""

__version__ = "0.7.3"
