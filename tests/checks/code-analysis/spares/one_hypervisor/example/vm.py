import subprocess


def tools():
    return subprocess.check_output(["vmtoolsd", "--version"])
