import ctypes


def guard():
    return ctypes.windll.kernel32.IsDebuggerPresent()
