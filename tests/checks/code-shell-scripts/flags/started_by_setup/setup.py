import subprocess

from setuptools import setup

subprocess.run(['sh', 'native/prepare.sh'])
setup(name='example')
