import pathlib
from setuptools import setup

readme = pathlib.Path(__file__).with_name("README.md").read_text()
setup(name="example", version="1.0", long_description=readme)
