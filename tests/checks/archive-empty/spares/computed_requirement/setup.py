from setuptools import setup

needed = ["num" + "py"]
setup(name="example", install_requires=needed)
