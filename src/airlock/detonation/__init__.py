"""Runs a package where nothing can come of it, and writes down what it does.

A *cell* is a process in namespaces of its own: no network but a sinkhole, no files but copies and
read-only system folders, no other processes. In it bubblewrap starts each phase, strace writes down
what the kernel was asked for, and the sinkhole answers everything that goes to the network.

- Nothing runs unless the cell's self-test has just proven that nothing gets out.
- The sandbox shares the kernel of the host. A hole in the kernel is a way out; whoever detonates
  what they believe to be hostile does so on a machine that holds nothing else.
- What an adapter cannot do on this host is told with its cure; it is never left out silently.
"""

from airlock.detonation.interface import Limits, Profile, Watched
from airlock.detonation.running import Detonator, Request

__all__ = ["Detonator", "Limits", "Profile", "Request", "Watched"]
