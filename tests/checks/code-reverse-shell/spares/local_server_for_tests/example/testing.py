import socket
import subprocess
import sys


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start(app):
    process = subprocess.Popen([sys.executable, "-m", app, "--port", str(free_port())])
    socket.create_connection(("127.0.0.1", 8000)).close()
    return process
