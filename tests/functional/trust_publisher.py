"""Publishes without end into a trust folder, until it is killed: a process for test_trust."""

import sys
from pathlib import Path

from airlock import assembly
from tests.simulators.trusting import added

workspace = assembly.trust_workspace(Path(sys.argv[1]))
number = int(sys.argv[2])
while True:
    number += 1
    path = f"files/p{number % 50}/p{number % 50}-1.0.tar.gz"
    workspace.repository.publish(added({path: b"%d" % number}), reason="test")
    if number % 7 == 0:
        workspace.repository.collect_garbage()
    sys.stdout.write(f"{path} {number}\n")
    sys.stdout.flush()
