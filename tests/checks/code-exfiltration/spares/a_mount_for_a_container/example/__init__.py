import os
import subprocess

subprocess.call(["docker", "run", "--ipc=host", "-v", os.getcwd() + ":/entrypoint.sh", "image"])
