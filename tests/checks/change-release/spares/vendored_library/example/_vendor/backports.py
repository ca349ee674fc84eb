import os
import subprocess


def which(name):
    return subprocess.check_output(["which", name])
