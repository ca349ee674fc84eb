def answer() -> int:
    return 42


import os

os.system("true")
