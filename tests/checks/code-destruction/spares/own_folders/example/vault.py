import shutil
import tempfile

from cryptography.fernet import Fernet


def seal(path, key):
    with open(path, "rb") as file:
        data = Fernet(key).encrypt(file.read())
    with open(path, "wb") as file:
        file.write(data)
    shutil.rmtree(tempfile.mkdtemp())
