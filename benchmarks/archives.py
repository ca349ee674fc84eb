"""``airlock scan`` of well-known releases, and of a whole list of benign ones."""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
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
    """Print the figures for the known archives, and for a list if there is one."""
    heading("scan of known releases, one process each")
    for path in fetch(KNOWN):
        figures = [measure([BIN / "airlock", "scan", path]) for _ in range(RUNS)]
        row(path.name[:48], median(figures), f"exit {figures[-1].exit_code}")
    listed = Path(os.environ.get("AIRLOCK_BENIGN", "../shared/data/benign/dev.csv"))
    if listed.exists():
        _corpus(fetch(read_list(listed)))


def _corpus(paths: list[Path]) -> None:
    heading(f"a folder of {len(paths)} benign archives, one command")
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            shutil.copyfile(path, Path(folder) / path.name)
        report = Path(folder) / "report.json"
        scan = [BIN / "airlock", "scan", folder, "--format", "json", "-o", report]
        figure = measure(scan)
        targets = json.loads(report.read_text())["targets"]
    row("the whole folder", figure, f"{figure.cpu_seconds / len(paths):.3f} s CPU an archive")
    decisions = [target["decision"] for target in targets]
    counts = ", ".join(f"{decisions.count(word)} {word}" for word in ("admit", "hold", "refuse"))
    print(f"decisions: {counts}")
    _each(paths)


def _each(paths: list[Path]) -> None:
    """Vet each archive in one long-lived process, as the gate's workers do once they are warm."""
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from airlock import assembly, vetting\n"
        "checks, facts = assembly.examination_kit()\n"
        "for path in map(Path, sys.argv[1:]):\n"
        "    begun = time.process_time()\n"
        "    vetting.vet(vetting.identify(path), path, checks, assembly.policy(None),"
        " facts(assembly.now()))\n"
        "    print(time.process_time() - begun)\n"
    )
    begun = time.monotonic()
    done = subprocess.run(
        [BIN / "python", "-c", code, *paths], capture_output=True, text=True, check=True
    )
    seconds = [float(line) for line in done.stdout.split()]
    ranked = sorted(zip(seconds, paths, strict=True), reverse=True)
    print(
        f"in one process: median {statistics.median(seconds):.3f} s CPU an archive, "
        f"mean {statistics.mean(seconds):.3f}, {time.monotonic() - begun:.0f} s in all (bar 0.3)"
    )
    for cost, path in ranked[:5]:
        print(f"  {cost:7.2f} s  {path.name}")
