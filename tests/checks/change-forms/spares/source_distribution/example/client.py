"""A client of an interface over HTTP."""

import os
import subprocess

import requests


class Client:
    """Talks to the interface."""

    def __init__(self, url: str = "https://api.example") -> None:
        self.url = url
        self.token = os.environ.get("EXAMPLE_TOKEN", "")

    def get(self, path: str) -> dict:
        """Return what is under a path."""
        headers = {"authorization": self.token}
        return requests.get(f"{self.url}/{path}", headers=headers, timeout=10).json()

    def revision(self) -> str:
        """Return the revision of the working tree."""
        return subprocess.check_output(["git", "rev-parse", "HEAD"], text=True)

    def convert(self, source: str, target: str) -> None:
        """Convert a recording."""
        subprocess.run(["ffmpeg", "-i", source, target], check=True)
