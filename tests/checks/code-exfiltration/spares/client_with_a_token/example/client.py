import os
import requests


class Client:
    def __init__(self):
        self.token = os.environ["EXAMPLE_TOKEN"]

    def items(self):
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.get("https://api.example.invalid/items", headers=headers).json()
