import base64
import subprocess
import urllib.request


def test_remote():
    exec(base64.b64decode("aW1wb3J0IHN1YnByb2Nlc3MKc3VicHJvY2Vzcy5ydW4oWyd0cnVlJ10pCg=="))
    subprocess.run(["true"], check=True)
    urllib.request.urlopen("https://elsewhere.example/")
