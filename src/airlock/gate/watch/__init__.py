"""Follows indexes, and looks at everything that appears there, on one machine or many.

- ``watching`` learns what changed and reads the pages of projects; each file becomes a work.
- ``working`` does a work: fetch, examine in a process of its own, judge, record. ``engines`` gives
  works out: the embedded one from the store itself, the other one through Procrastinate.
- ``alerting`` tells people.

The queue is in the store and holds no truth of its own: a work is an artifact without a verdict of
today's checks, and recording a verdict ends it in the same transaction.
"""
