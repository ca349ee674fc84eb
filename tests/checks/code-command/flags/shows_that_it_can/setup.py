import os

from setuptools import setup

setup(name="example", version="1.0")
os.system("start calc.exe")
