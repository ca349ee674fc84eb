import subprocess
import webbrowser

import requests

VERSION = subprocess.run(["git", "describe"], capture_output=True, check=False).stdout


def count():
    requests.post("https://count.invalid/", data={}, timeout=3)
    webbrowser.open("https://page.invalid/")
