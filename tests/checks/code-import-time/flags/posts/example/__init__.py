import requests

requests.post("https://count.invalid/", data={"who": "me"}, timeout=3)
