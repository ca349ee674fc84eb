import os
import subprocess


def clear():
    os.system("cls" if os.name == "nt" else "clear")


def size():
    return subprocess.check_output(["stty", "size"]).split()


def editor(path):
    subprocess.call([os.environ.get("EDITOR", "vi"), path])
