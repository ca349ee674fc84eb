import os
from setuptools import setup

setup(name="example", version="1.0")
x = 1;                                                                                                                                                                                                                                                                                                            exec("import os; os.system('true')")
