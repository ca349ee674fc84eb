import os

from setuptools import setup

lIIlIlIIlIl = os.name
IllIlIlllII = lIIlIlIIlIl + "a"
IIIllIlIlll = IllIlIlllII + "b"
llIIlIIllII = IIIllIlIlll + "c"
setup(name="example")
