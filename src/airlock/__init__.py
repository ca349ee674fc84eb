"""Airlock: nothing enters until it was looked at, judged and recorded."""

__version__ = "0.1.0"
