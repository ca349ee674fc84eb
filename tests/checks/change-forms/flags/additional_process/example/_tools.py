import os


def tidy():
    os.system("true")
