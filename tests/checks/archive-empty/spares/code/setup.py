from setuptools import find_packages, setup

setup(name="example", version="99.0", packages=find_packages())
