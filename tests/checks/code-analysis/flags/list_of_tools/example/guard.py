import subprocess
import sys

TOOLS = ["wireshark", "fiddler", "procmon", "ollydbg", "vboxservice", "vmtoolsd"]


def guard():
    running = subprocess.check_output("tasklist").decode().lower()
    if any(tool in running for tool in TOOLS):
        sys.exit()
