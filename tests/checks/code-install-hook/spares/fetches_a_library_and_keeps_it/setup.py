import os
import sys
import urllib.request

from setuptools import setup


def library():
    data = urllib.request.urlopen("https://files.invalid/lib.tar.gz").read()
    with open("build/lib.tar.gz", "wb") as file:
        file.write(data)


def silent():
    old = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(old, 1)


if "download" in sys.argv:
    setup(name="example", ext_modules=[])
setup(name="example")
