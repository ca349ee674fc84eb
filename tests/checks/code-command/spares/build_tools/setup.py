import os
import subprocess

from setuptools import setup


def flags(option):
    command = [os.environ.get("PKG_CONFIG", "pkg-config"), option, "libexample"]
    return subprocess.check_output(command).decode().split()


subprocess.check_call(["cmake", "--build", ".", "--config", "Release"])
subprocess.check_call("make -j4 install", shell=True)
subprocess.call(["strip", "-g", "build/libexample.so"])
setup(name="example", version="1.0", ext_modules=flags("--libs"))
