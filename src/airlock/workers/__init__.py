"""Examinations in processes of their own, so that an artifact can ruin only its own examination.

- Every artifact is examined in a fresh process with limits of time, memory and open files.
- Outcomes cross the process boundary one by one: what was found before a crash, a hang or the end
  of memory is kept, and what is missing then is one failed outcome per check.
- The child is not believed: what it sends is decoded by type, bounded in size, held against
  the list of checks; a decision is only ever taken in the parent.
- A child never makes its parent wait: whatever it sends or leaves out, its time ends.
- A profile is extra: without one an examination is whole all the same.
- No process is left behind, neither the child nor what it started.

Two ways to start a process: ``fork`` for a command with one thread (it costs milliseconds), and
``forkserver`` for a server with threads, where forking the server itself would copy held locks.
"""

from airlock.workers.interface import (
    Examination,
    FactsLoader,
    Job,
    Past,
    Rival,
    WorkerLimits,
)
from airlock.workers.pool import Workers

__all__ = ["Examination", "FactsLoader", "Job", "Past", "Rival", "WorkerLimits", "Workers"]
