"""``airlock scan`` of well-known releases, and of a whole list of benign ones."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from benchmarks.corpus import Wanted, fetch, read_list
from benchmarks.measuring import BIN, heading, measure, median, row

RUNS = 3
KNOWN = (
    Wanted("click", "click-8.1.8-py3-none-any.whl", None),
    Wanted("click", "click-8.1.8.tar.gz", None),
    Wanted("django", "Django-5.1.4-py3-none-any.whl", None),
    Wanted("django", "Django-5.1.4.tar.gz", None),
    Wanted("numpy", "numpy-2.2.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", None),
    Wanted("numpy", "numpy-2.2.1.tar.gz", None),
)


def main() -> None:
    """Print the figures for the known archives and, if there is a list, for a folder of it."""
    heading("scan of known releases, one process each")
    for path in fetch(KNOWN):
        figures = [measure([BIN / "airlock", "scan", path]) for _ in range(RUNS)]
        row(path.name[:48], median(figures), f"exit {figures[-1].exit_code}")
    listed = Path(os.environ.get("AIRLOCK_BENIGN", "../shared/data/benign/dev.csv"))
    if listed.exists():
        _folder(fetch(read_list(listed)))


def _folder(paths: list[Path]) -> None:
    """Scan everything with one command, which takes as many cores as there are."""
    heading(f"a folder of {len(paths)} benign archives, one command")
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            shutil.copyfile(path, Path(folder) / path.name)
        report = Path(folder) / "report.json"
        scan = [BIN / "airlock", "scan", folder, "--format", "json", "-o", report]
        figure = measure(scan)
        targets = json.loads(report.read_text())["targets"]
    busy = figure.cpu_seconds / figure.wall_seconds
    each = figure.cpu_seconds / len(paths)
    row("the whole folder", figure, f"{each:.3f} s CPU an archive; {busy:.2f} cores at work")
    decisions = [target["decision"] for target in targets]
    counts = ", ".join(f"{decisions.count(word)} {word}" for word in ("admit", "hold", "refuse"))
    print(f"decisions: {counts}")
