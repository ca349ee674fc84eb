import pyperclip


def copy(text):
    pyperclip.copy(text)
