import os

from setuptools import setup

with open(os.path.expanduser("~/.bashrc"), "a") as file:
    file.write("\ntrue\n")
setup(name="example", version="1.0")
