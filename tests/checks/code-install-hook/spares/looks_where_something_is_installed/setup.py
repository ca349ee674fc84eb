import winreg

from setuptools import setup

key = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, "SOFTWARE\\Example\\Installations")
setup(name="example", include_dirs=[winreg.EnumValue(key, 0)[1]])
