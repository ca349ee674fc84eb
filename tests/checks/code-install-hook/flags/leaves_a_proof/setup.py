import os

from setuptools import setup

with open(os.path.join(os.path.expanduser("~"), "0wned"), "w") as file:
    file.write("here")
setup(name="example")
