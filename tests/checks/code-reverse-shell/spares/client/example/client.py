import socket


class Client:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=10)

    def ask(self, question):
        self.socket.sendall(question.encode() + b"\r\n")
        return self.socket.recv(4096).decode()
