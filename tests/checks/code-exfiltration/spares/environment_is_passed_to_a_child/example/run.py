import os
import subprocess


def run(command):
    return subprocess.run(command, env=dict(os.environ, LANG="C"))
