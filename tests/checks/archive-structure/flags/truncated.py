"""A source distribution that was cut off: what is missing cannot be judged."""

import random
from pathlib import Path

from tests.checks.packing import pack_sdist


def build(folder: Path) -> Path:
    noise = random.Random(0).randbytes(20_000)
    path = pack_sdist(folder, {"data.bin": noise})
    path.write_bytes(path.read_bytes()[:10_000])
    return path
