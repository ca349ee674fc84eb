"""Publishes into a trust folder, without end or some times: a process for tests of trust."""

import itertools
import sys
from pathlib import Path

from airlock import assembly
from tests.simulators.trusting import added

workspace = assembly.trust_workspace(Path(sys.argv[1]))
first = int(sys.argv[2]) + 1
times = int(sys.argv[3]) if len(sys.argv) > 3 else None
for number in itertools.count(first) if times is None else range(first, first + times):
    project = f"p{number % 50}" if times is None else f"q{number}"
    path = f"files/{project}/{project}-1.0.tar.gz"
    workspace.repository.publish(added({path: b"%d" % number}), reason="test")
    if number % 7 == 0:
        workspace.repository.collect_garbage()
    sys.stdout.write(f"{path} {number}\n")
    sys.stdout.flush()
